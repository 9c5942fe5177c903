"""Steps of a scripted client: a line "ok …" for each thing that works, FAIL and why for the others."""
import sys
import traceback

failed = 0


def step(test):
    """Runs it at once; those after it go on with what it left."""
    global failed
    try:
        test()
        print("ok", test.__name__.replace("_", " "), flush=True)
    except Exception as error:
        failed += 1
        print("FAIL", test.__name__.replace("_", " ") + ":", repr(error)[:300], flush=True)
        print("".join("  | " + line for line in traceback.format_exc().splitlines(True)[-12:]), flush=True)


def equal(found, wanted):
    assert found == wanted, f"{found!r} instead of {wanted!r}"


def end():
    """Says that the script got here."""
    print("end")
    sys.exit(1 if failed else 0)
