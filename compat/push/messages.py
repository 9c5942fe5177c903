"""Judges push messages (draft-bitfire-webdav-push section 4.1)."""
import os
import xml.etree.ElementTree as ET
from dataclasses import dataclass

PUSH, DAV = "https://bitfire.at/webdav-push", "DAV:"
# The schema in the draft's appendix, for whoever has it: no copy of it is kept here.
SCHEMA = os.environ.get("COMPAT_PUSH_SCHEMA")


@dataclass
class PushMessage:
    topic: str
    # None without a content update; else its sync token, or "".
    content: str
    # None without a property update; else the names it lists.
    properties: list

    @classmethod
    def read(cls, text):
        root = ET.fromstring(text)
        assert root.tag == f"{{{PUSH}}}push-message", root.tag
        _validate(text)
        parts = {}
        for child in root:
            assert child.tag not in parts, f"two of {child.tag}"
            assert not child.attrib and not (child.tail or "").strip(), text
            parts[child.tag] = child
        assert not (root.text or "").strip() and not root.attrib, text
        topic = parts.pop(f"{{{PUSH}}}topic", None)
        content = parts.pop(f"{{{PUSH}}}content-update", None)
        properties = parts.pop(f"{{{PUSH}}}property-update", None)
        assert not parts, f"the draft knows no {list(parts)}"
        assert content is not None or properties is not None, "a message without an update"
        return cls(cls._topic(topic), cls._content(content), cls._properties(properties))

    @staticmethod
    def _topic(element):
        if element is None:
            return None
        # DAVx5 trims nothing.
        assert len(element) == 0 and element.text and element.text == element.text.strip(), ET.tostring(element)
        return element.text

    @staticmethod
    def _content(element):
        if element is None:
            return None
        assert [child.tag for child in element] in ([], [f"{{{DAV}}}sync-token"]), ET.tostring(element)
        token = element.findtext(f"{{{DAV}}}sync-token", "")
        assert token == token.strip(), token
        return token

    @staticmethod
    def _properties(element):
        if element is None:
            return None
        assert [child.tag for child in element] in ([], [f"{{{DAV}}}prop"]), ET.tostring(element)
        names = [name for prop in element for name in prop]
        assert all(len(name) == 0 and not name.text for name in names), "a message holds no values"
        return [name.tag for name in names]


def _validate(text):
    if not SCHEMA:
        return
    from lxml import etree

    grammar = etree.parse(SCHEMA).getroot()
    # The appendix has definitions only.
    start = etree.SubElement(grammar, "{http://relaxng.org/ns/structure/1.0}start")
    etree.SubElement(start, "{http://relaxng.org/ns/structure/1.0}ref", name="push-message")
    etree.RelaxNG(etree.fromstring(etree.tostring(grammar))).assertValid(etree.fromstring(text))
