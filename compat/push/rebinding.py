"""A name that leads elsewhere once it was checked (DNS rebinding). The server runs with a hosts file of its own."""
import os
import shutil
import subprocess

from scenarios import Group, Skipped, World, equal

NAME = "push.example"


def _make(options, authority):
    hosts = os.path.join(options.folder, "hosts")
    with open(hosts, "w") as file:
        file.write("127.0.0.1 localhost\n")
    # A mount of its own over /etc/hosts; it is read anew at each look-up.
    prefix = ["unshare", "--mount", "sh", "-c", f'mount --bind "{hosts}" /etc/hosts && exec "$@"', "sh"]
    if not shutil.which("unshare") or subprocess.run([*prefix, "true"], capture_output=True).returncode != 0:
        raise Skipped("this machine lets nobody mount")
    world = World(options, authority, "rebinding", prefix=prefix, **{"base-url": "https://dav.example", "push.allow": "127.0.0.1/32"})
    world.hosts = hosts
    return world


def lead(world, address):
    with open(world.hosts, "w") as file:
        file.write(f"127.0.0.1 localhost\n{address} {NAME}\n")


rebinding = Group("rebinding", _make)


@rebinding("T75", "a name that was good when it was registered, and then leads inside, is not connected to")
def _(world):
    lead(world, "127.0.0.1")
    calendar = world.calendar()
    service = world.new_service(host=NAME)
    device = world.device(world.alice, calendar, service=service)
    world.change(calendar)
    device.told_of_content()
    lead(world, "127.0.0.2")
    # What was looked up is remembered for a while, and good for as long.
    world.server.restart()
    connections = service.connections
    world.change(calendar)
    world.quiet(device)
    equal(service.connections, connections)
    equal(world.alice.unregister(device.location), 404)
