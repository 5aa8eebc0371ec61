"""Sections 5 and 6: what a token says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Tuple, Union

from . import fields
from .cbor import Item, decode, encoded_map
from .cose import Envelope, Header, read_envelope, read_header
from .keys import PublicKey, cose_key
from .refusal import Malformed, Refused

PASS, SLIP, CREDENTIAL, PRESENTATION = "pass", "slip", "credential", "presentation"

FORM_OF_TYPE = {
    "application/vnd.lpp+cwt": PASS,
    "application/vnd.lps+cwt": SLIP,
    293: CREDENTIAL,
    294: PRESENTATION,
}

ISS, SUB, AUD, EXP, NBF, IAT, CNF, VCT, CNONCE, IDENTITY, STATUS = 1, 2, 3, 4, 5, 6, 8, 11, 39, 169, 65535
WINDOW, ACTING, CHECK_NUMBER = -65537, -65538, -65544
LAST_RESERVED = -65552

ANYONE = "*"


@dataclass(frozen=True)
class Person:
    full_name: str
    birth_date: Optional[str]


@dataclass(frozen=True)
class Status:
    uri: str
    index: int


@dataclass(frozen=True)
class Acting:
    role: str
    representative: str


@dataclass(frozen=True)
class Permit:
    """A pass, a credential or a slip: what an issuer signed. `dated` is iat of a pass and nbf of the others; what a form
    does not have is None."""

    form: str
    alg: int
    kid: bytes
    envelope: Envelope
    issuer: str
    subject: str
    permit_class: str
    dated: int
    expires: int
    window: int
    audience: Optional[str]
    device_key: Optional[PublicKey]
    person: Optional[Person]
    status: Optional[Status]
    acting: Optional[Acting]
    check_number: Optional[str]
    application: bytes


@dataclass(frozen=True)
class Presentation:
    alg: int
    envelope: Envelope
    audience: str
    issued_at: int
    cnonce: Optional[bytes]
    credential: Permit


Token = Union[Permit, Presentation]


def read_token(data: bytes) -> Token:
    """Section 11, stage 1, checks 3 to 5."""
    envelope = read_envelope(data)
    header = read_header(envelope.protected)
    form = FORM_OF_TYPE.get(header.typ)
    if form is None:
        raise Refused("unknown-type")
    if form == PRESENTATION:
        return read_presentation(envelope, header)
    permit = read_permit(form, envelope, header)
    if form == CREDENTIAL:
        raise Refused("credential-alone")
    return permit


def read_presentation(envelope: Envelope, header: Header) -> Presentation:
    """Section 6.3, with the credential in the header."""
    if header.kid is not None:
        raise Malformed("a presentation with a key id")
    if header.kcwt is None:
        raise Malformed("a presentation without credential")
    inner = read_header(header.kcwt.protected)
    if FORM_OF_TYPE.get(inner.typ) != CREDENTIAL:
        raise Malformed("what stands in place of the credential is none")
    claims = fields.Map(decode(envelope.payload))
    presentation = Presentation(
        alg=header.alg,
        envelope=envelope,
        audience=claims.required(AUD, fields.name),
        issued_at=claims.required(IAT, fields.time),
        cnonce=claims.optional(CNONCE, fields.nonce),
        credential=read_permit(CREDENTIAL, header.kcwt, inner),
    )
    claims.end()
    return presentation


def read_permit(form: str, envelope: Envelope, header: Header) -> Permit:
    """Section 6.2."""
    if header.kid is None:
        raise Malformed("no key id")
    if header.kcwt is not None:
        raise Malformed("a credential where none stands")
    claims = fields.Map(decode(envelope.payload))
    dated = claims.required(IAT if form == PASS else NBF, fields.time)
    expires = claims.required(EXP, fields.time)
    slip = form == SLIP
    permit = Permit(
        form=form,
        alg=header.alg,
        kid=header.kid,
        envelope=envelope,
        issuer=claims.required(ISS, fields.name),
        subject=claims.required(SUB, fields.name),
        permit_class=claims.required(VCT, fields.permit_class),
        dated=dated,
        expires=expires,
        window=signed_window(form, claims, dated, expires),
        audience=claims.optional(AUD, fields.gate) if form == PASS else None,
        device_key=claims.required(CNF, confirmation) if form == CREDENTIAL else None,
        person=claims.required(IDENTITY, person) if slip else claims.optional(IDENTITY, person),
        status=claims.required(STATUS, status) if slip else claims.optional(STATUS, status),
        acting=claims.optional(ACTING, acting) if form == CREDENTIAL else None,
        check_number=claims.required(CHECK_NUMBER, fields.check_number) if slip else None,
        application=application(claims),
    )
    claims.end()
    return permit


def signed_window(form: str, claims: fields.Map, dated: int, expires: int) -> int:
    """Section 6.2, with its rules for two claims. A slip has no window; exp - nbf stands for it (section 12)."""
    if form == PASS:
        return fields.in_window(expires - dated)
    if dated >= expires:
        raise Malformed("it ends before it begins")
    return claims.required(WINDOW, fields.window) if form == CREDENTIAL else expires - dated


def confirmation(item: Item) -> PublicKey:
    found = fields.Map(item)
    key = found.required(1, cose_key)
    found.end()
    return key


def person(item: Item) -> Person:
    found = fields.Map(item)
    named = Person(found.required(4, fields.full_name), found.optional(8, fields.birth_date))
    found.end()
    return named


def status(item: Item) -> Status:
    found = fields.Map(item)
    reference = found.required("status_list", status_reference)
    found.end()
    return reference


def status_reference(item: Item) -> Status:
    found = fields.Map(item)
    reference = Status(index=found.required("idx", fields.unsigned), uri=found.required("uri", fields.name))
    found.end()
    return reference


def acting(item: Item) -> Acting:
    found = fields.Map(item)
    somebody = Acting(found.required(1, fields.name), found.required(2, fields.name))
    found.end()
    return somebody


def application(claims: fields.Map) -> bytes:
    """Section 6.4: the application claims as one map; they are taken out of the claims."""
    pairs: List[Tuple[bytes, bytes]] = []
    for label in [label for label in claims.left if is_application_label(label)]:
        key, value = claims.left.pop(label)
        pairs.append((key.raw, value.raw))
    return encoded_map(pairs)


def is_application_label(label: fields.Label) -> bool:
    if isinstance(label, str):
        return 3 <= len(label.encode("utf-8")) <= 255
    return label < LAST_RESERVED
