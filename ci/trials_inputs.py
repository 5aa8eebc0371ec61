"""What ci/trials gives the command: made here, and what is expected of each by its name."""

import base64
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import urllib.parse
import zlib

T0 = 1_790_000_000
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
# What keys give on a computer that assumes another layout than the American one of the scanner.
LAYOUTS = {
    "french-caps-lock": "0123456789qbcdefghijkl,noparstuvzxyw '(_=°/§m",
    "belgian": "à&é\"'(§è!çQBCDEFGHIJKL?NOPARSTUVZXYW 458_):=M",
    "portuguese": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(»'.-Ç",
    "russian": "0123456789ФИСВУАПРШОЛДЬТЩЗЙКЫЕГМЦЧНЯ ;%*+-ю.Ж",
    "german": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY $%(`ß.-Ö",
    "greek": "0123456789ΑΒΨΔΕΦΓΗΙΞΚΛΜΝΟΠ:ΡΣΤΘΩ΅ΧΥΖ $%*+-./¨",
    "turkish-q": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ +%(_*ç.Ş",
    "dvorak": "0123456789AXJE>UIDCHTNMBRL\"POYGK<QF: $%*}[vzS",
    "made-up": "9876543210ZYXWVUTSRQPONMLKJIHGFEDCBA_§¶†‡•‹›¤",
}

# What is expected of a line of a scanner, by the name of its file. Others must not be red.
LINES = {
    "plain": "in",
    "tab-suffix": "in", "tab-cr-suffix": "in", "space-behind": "in", "space-before": "in",
    "bom": "in",
    "full-width": "in or ours", "percent-encoded": "in or ours",
    **dict.fromkeys(LAYOUTS, "layout"),
    # Beyond the first reports.
    "symbology-q1": "in", "symbology-q3-gs": "in", "gs-suffix": "in", "stx-etx": "in",
    "nul-behind": "in", "rs-eot": "in", "scanner-number": "in", "aim-and-date": "in",
    "quotes": "in", "utf16-le": "in", "utf16-be": "in", "two-suffixes": "in", "nbsp": "in",
    "zero-width": "in", "html-escaped": "in or ours", "url": "in or ours", "json": "in",
    "csv": "in", "cut-by-lf": "in", "cut-in-three": "in", "cut-at-76": "in",
    "lower": "in", "nel-suffix": "in", "ls-suffix": "in", "fullwidth-bom": "in or ours",
    "cr-before": "in", "sent-twice": "in", "lower-tab": "in", "caret-escapes": "in or ours",
    "backspaces": None, "percent-twice": "in or ours", "plus-for-space": "in or ours",
    "quoted-printable": "in or ours", "smart-dash": "in or ours", "arabic-digits": "in or ours",
    "mathematical": "in or ours", "bracketed-paste": "in", "ansi-colour": "in",
    "code39-full-ascii": "in or ours", "link-form": "in",
    # What is a visitor's, stays a visitor's.
    "a-menu": "red", "a-url": "red", "one-letter-changed": "red", "a-joke": "red",
}
KEYS_NAMED = {
    "explicit-curve": r"openssl ec .*named_curve",
    "encrypted": r"openssl (pkey|pkcs8) -in",
    "encrypted-sec1": r"openssl",
    "rsa": r"RSA",
    "p384": r"P-384|secp384r1",
    "certificate": r"openssl x509",
    "request": r"openssl req",
    "openssh-encrypted": r"ssh-keygen",
    "pkcs12": r"openssl pkcs12",
    "empty": r"empty",
    "web-page": r"web page|HTML",
    "x25519": r"X25519",
    "secp256k1": r"secp256k1",
    "ssh-rsa": r"RSA|rsa",
}
LISTS = {
    "captive-portal": "web page",
    "gzip": "gzip",
    "zip": "zip",
    "empty": "empty",
    "json": "JSON",
    "xml": "XML",
    "key": "key|PEM",
    "bom-page": "web page",
    "png": "PNG|picture|image",
    "pdf": "PDF",
    "brotli-or-noise": "list",
    "trust": "right file",
}
PICTURES_NAMED = {
    "empty": "is empty",
    "heic": "HEIC|HEIF",
    "avif": "AVIF",
    "pdf": "PDF",
    "jxl": "JPEG XL",
    "no-code": "no.*code",
    "animated-late": "no.*code",  # the first of many pictures is read
    "truncated": "ends|cut|short|incomplete|broken",
}
NAMES = [
    "प्रियंका शर्मा", "சிவகுமார் கிருஷ்ணன்", "Jose\u0301 Nun\u0303ez",
    "சிவசுப்பிரமணியம் வெங்கடேஸ்வரன் கிருஷ்ணமூர்த்தி", "O’Brien-Núñez", "สมชาย ใจดี",
    "דָּוִד בֶּן־גּוּרִיּוֹן", "مُحَمَّد عبد‌الله", "王小明", "𠮷野家", "က္ကမြင့်မောင်", "ᠮᠤᠩᠭᠤᠯ\u180eᠠ",
    "N'Guessan", "Ngũgĩ wa Thiong'o", "Љубица", "김철수", "X", "क्‍ष", "Nguyễn Thị Ánh", "D’Arcy, Jr.",
    "ᐊᓂᔭ ᐃᓪᓗ", "Ḥasan al-Baṣrī", "Zoë 3rd", "𞤀𞤣𞤤𞤢𞤥", "܁ܐܒܪܗܡ".lstrip("܁"), "İpek Işık",
    "सूर्य" * 17,
]
# Names that hide or turn text: what must not come out as it is.
NAMES_ESCAPED = [
    ("Ann\u202eeboR", "\u202e"), ("Ann\u2066Bob\u2069", "\u2066\u2069"), ("Ann\rBob", "\r"),
    ("\x1b[2JAnn", "\x1b"), ("Ann\u200fBob", ""), ("A\u0007", "\x07"), ("Ann\u2028Bob", "\u2028"),
    ("A\U000e0041nn", "\U000e0041"), ("Ann\u0085", "\u0085"),
]
NAMES_REFUSED = [
    "   ", "", "\u00a0", "\u3000\u2003", "...", "\u200d\u200d", "\u0301\u0301", "12345", "😀",
    "\U000e0041", "x" * 257, "சி" * 43, "\ufeff", "\u180e", "\u2800", "\u3164",
]
BIRTH_DATES = {
    "19640412": True, "1964": True, "196404": True, "20000229": True, "18991231": True,
    "19000229": False, "00000000": False, "19640431": False, "196413": False, "19641": False,
    "0000": False, "196400": False, "19640400": False, "1964041": False, "+9640412": False,
    "١٩٦٤": False, "1964 ": False, "99999999": False, "20010229": False, "": False,
    "1964-04-12": False, "04/12/1964": False, "12.04.1964": False,
}
SPANS = {
    "24h": True, "30d": True, "1w": True, "36h": True, "P30D": True, "PT36H": True, "P1W": True,
    "1h30m": True, "1d12h": True, "86400": True, "1 day": True, "2 weeks": True, "P1DT12H": True,
    "1.5h": True, "-1h": False, "": False, "h": False, "1y": False, "P1M": False, "0": False,
    "99999999999999999999d": False, "1h1h": False, "30D": True, "٣٠d": False, "1e3": False,
    "P": False, "PT": False, "1m30": False,
}


def typed(code, layout):
    return "".join(LAYOUTS[layout][BASE45.index(c)] for c in code)


def caret(text):
    return text.replace(" ", "^20")


def lines(code, link):
    """What scanners type of a code, by the names of `LINES`."""
    wide = "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) for c in code)
    inner = [i for i, c in enumerate(code[60:-60], 60) if c == " "]
    third = len(code) // 3
    made = {
        "plain": code + "\n",
        "tab-suffix": code + "\t",
        "tab-cr-suffix": code + "\t\r",
        "space-behind": code + " \n",
        "space-before": " " + code + "\n",
        "bom": "\ufeff" + code + "\n",
        "full-width": wide + "\n",
        "fullwidth-bom": "\ufeff" + wide,
        "percent-encoded": urllib.parse.quote(code, safe="") + "\n",
        "percent-twice": urllib.parse.quote(urllib.parse.quote(code, safe="")) + "\n",
        "plus-for-space": urllib.parse.quote_plus(code) + "\n",
        **{name: typed(code, name) + "\n" for name in LAYOUTS},
        "symbology-q1": "]Q1" + code + "\r",
        "symbology-q3-gs": "]Q3" + code + "\x1d\r\n",
        "gs-suffix": code + "\x1d",
        "stx-etx": "\x02" + code + "\x03\r\n",
        "nul-behind": code + "\0\n",
        "rs-eot": code + "\x1e\x04\n",
        "scanner-number": "0042 " + code + "\n",
        "aim-and-date": "]Q12026-11-29 10:36:00;" + code + ";QR\r\n",
        "quotes": f'"{code}"\n',
        "utf16-le": ("\ufeff" + code + "\r\n").encode("utf-16-le"),
        "utf16-be": ("\ufeff" + code + "\r\n").encode("utf-16-be"),
        "two-suffixes": code + "\t\t\r\r\n",
        "nbsp": "\u00a0" + code + "\u00a0\n",
        "zero-width": "\u200b" + code + "\u200b\u2060\n",
        "nel-suffix": code + "\u0085\n",
        "ls-suffix": code + "\u2028\n",
        "html-escaped": code.replace("%", "&#37;").replace(":", "&#58;") + "\n",
        "url": "https://scan.example/in?code=" + urllib.parse.quote(code, safe="") + "\n",
        "json": json.dumps({"code": code, "type": "QR"}) + "\n",
        "csv": "1,QR,\"" + code + "\",2026-11-29\r\n",
        "cut-by-lf": code[:251] + "\n" + code[251:] + "\n",
        "cut-in-three": "\r".join((code[:third], code[third:2 * third], code[2 * third:])) + "\r",
        "cut-at-76": "\r\n".join(code[i:i + 76] for i in range(0, len(code), 76)) + "\r\n",
        "lower": code.lower() + "\n",
        "lower-tab": "]q1" + code.lower() + "\t\n",
        "cr-before": "\r\n" + code + "\r",
        "sent-twice": code + code + "\n",
        "caret-escapes": code.replace("%", "^25") + "^M\n",
        "backspaces": "x\b" + code + "\b\n",
        "quoted-printable": code.replace("=", "=3D").replace(":", "=3A") + "=\n",
        "smart-dash": code.replace("-", "\u2013").replace("*", "\u2217") + "\n",
        "arabic-digits": "".join(chr(0x660 + int(c)) if c.isdigit() else c for c in code) + "\n",
        "mathematical": "".join(
            chr(0x1D400 + ord(c) - 65) if c.isalpha() else
            chr(0x1D7CE + int(c)) if c.isdigit() else c for c in code) + "\n",
        "bracketed-paste": "\x1b[200~" + code + "\x1b[201~\n",
        "ansi-colour": "\x1b[32m" + code + "\x1b[0m\n",
        "code39-full-ascii": "".join("/" + chr(ord(c) + 32) if c in "$%*+-./" else
                                     "/Z" if c == ":" else c for c in code) + "\n",
        "link-form": link + "\t\r\n",
        "a-menu": "Soup 4.50\n",
        "a-url": "https://example.com/menu?table=4&lang=en\n",
        "one-letter-changed": code[:-40] + ("A" if code[-40] != "A" else "B") + code[-39:] + "\n",
        "a-joke": "LP1:HELLO WORLD THIS IS A POSTER\n",
    }
    assert inner, "a code without a space tries less"
    return made


def pem(label, der):
    text = base64.b64encode(der).decode()
    rows = "\n".join(text[i:i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{rows}\n-----END {label}-----\n"


def keys(folder, good):
    """One P-256 public key as tools write it, and keys that are named instead."""
    def openssl(*words, stdin=None):
        ran = subprocess.run(["openssl", *map(str, words)], capture_output=True, check=True,
                             input=stdin)
        return ran.stdout

    text = good.read_text()
    der = base64.b64decode("".join(text.splitlines()[1:-1]))
    point = der[-65:]
    x, y = (base64.urlsafe_b64encode(half).decode().rstrip("=") for half in
            (point[1:33], point[33:]))
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "phone-1"}
    blob = b"".join(struct.pack(">I", len(part)) + part for part in
                    (b"ecdsa-sha2-nistp256", b"nistp256", point))
    private = folder.parent / "base" / "phone.pem"
    rows = text.splitlines()
    made = {
        "00-good.pem": text,
        "01-blank-line-behind.pem": text + "\n",
        "02-comment-behind.pem": text + "# phone\n",
        "03-bom.pem": "\ufeff" + text,
        "05-spki.der": der,
        "06-crlf-blank-line.pem": (text + "\n").replace("\n", "\r\n"),
        "07-space-at-line-end.pem": text.replace("\n", " \n"),
        "08-one-line.pem": rows[0] + "".join(rows[1:-1]) + rows[-1],
        "09-escaped-newlines.pem": text.replace("\n", "\\n"),
        "10-json-string.pem": json.dumps({"publicKey": text}),
        "11-yaml.pem": "key: |\n" + "".join(f"  {row}\n" for row in rows),
        "12-jwk.json": json.dumps(jwk),
        "13-jwks.json": json.dumps({"keys": [jwk]}),
        "14-openssh.pub": f"ecdsa-sha2-nistp256 {base64.b64encode(blob).decode()} guard@gate\n",
        "15-der-newline.der": der + b"\n",
        "16-base64-alone.pem": base64.b64encode(der).decode() + "\n",
        "17-utf16.pem": text.encode("utf-16"),
        "18-cr-only.pem": text.replace("\n", "\r"),
        "19-openssl-text.pem": openssl("pkey", "-pubin", "-in", good, "-text"),
        "20-env-file.pem": 'PUBLIC_KEY="' + text.replace("\n", "\\n") + '"\n',
        "21-long-lines.pem": f"{rows[0]}\n{''.join(rows[1:-1])}\n{rows[-1]}\n",
        "22-hex.pem": der.hex() + "\n",
        "23-kms.json": json.dumps({"KeyId": "k", "PublicKey": base64.b64encode(der).decode()}),
        "24-no-newline-at-end.pem": text.rstrip("\n"),
        "25-indented.pem": "".join(f"    {row}\n" for row in rows),
        "26-rfc4716.pub": "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"phone\"\n"
                          + base64.b64encode(blob).decode() + "\n---- END SSH2 PUBLIC KEY ----\n",
        "27-parameters-before.pem": openssl("ecparam", "-name", "prime256v1") + text.encode(),
        "28-compressed.pem": openssl("ec", "-pubin", "-in", good, "-conv_form", "compressed"),
        "04-explicit-curve.pem": openssl("ec", "-pubin", "-in", good, "-param_enc", "explicit"),
        "30-private-pkcs8.pem": private.read_bytes(),
        "31-private-sec1.pem": openssl("pkey", "-in", private, "-traditional"),
        "32-private-with-parameters.pem":
            openssl("ecparam", "-name", "prime256v1")
            + openssl("pkey", "-in", private, "-traditional"),
        "33-private.der": openssl("pkey", "-in", private, "-outform", "DER"),
        "40-encrypted.pem": openssl("pkcs8", "-topk8", "-in", private, "-passout", "pass:a"),
        "41-encrypted-sec1.pem":
            openssl("ec", "-in", private, "-aes128", "-passout", "pass:a"),
        "42-rsa.pem": openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"),
        "43-p384.pem": openssl("ecparam", "-name", "secp384r1", "-genkey", "-noout"),
        "44-x25519.pem": openssl("genpkey", "-algorithm", "X25519"),
        "45-secp256k1.pem": openssl("ecparam", "-name", "secp256k1", "-genkey", "-noout"),
        "48-empty.pem": "",
        "49-web-page.pem": "<!doctype html>\n<title>Sign in</title>\n",
    }
    certificate = openssl("req", "-x509", "-key", private, "-subj", "/CN=gate", "-days", "9")
    made["46-certificate.pem"] = certificate
    made["47-request.pem"] = openssl("req", "-new", "-key", private, "-subj", "/CN=gate")
    made["50-pkcs12.p12"] = openssl("pkcs12", "-export", "-nokeys", "-passout", "pass:a",
                                    stdin=certificate)
    write(folder, made)
    if shutil.which("ssh-keygen"):
        for name, word in (("34-openssh", ""), ("51-openssh-encrypted", "a")):
            words = ["ssh-keygen", "-q", "-t", "ecdsa", "-b", "256", "-N", word, "-f", folder / name]
            subprocess.run(words, check=True, capture_output=True)
            (folder / name).rename(folder / (name + ".pem"))
        (folder / "51-openssh-encrypted.pub").unlink()
        words = ["ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f"]
        subprocess.run([*words, folder / "x"], check=True, capture_output=True)
        (folder / "x").unlink()
        (folder / "x.pub").rename(folder / "52-ssh-rsa.pub")


def png(pixels, kind, depth=8, palette=None, interlace=False):
    """A PNG of rows of bytes."""
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data
                + struct.pack(">I", zlib.crc32(name + data)))

    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    wide = len(pixels[0]) // channels if depth == 8 else len(pixels[0])

    def packed(row):
        if depth == 8:
            return bytes(row)
        bits = "".join(format(value, f"0{depth}b") for value in row)
        bits += "0" * (-len(bits) % 8)
        return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))

    passes = [(0, 0, 1, 1)]
    if interlace:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
                  (1, 0, 2, 2), (0, 1, 1, 2)]
    data = bytearray()
    for left, top, right, down in passes:
        for row in pixels[top::down]:
            cells = [row[i * channels:(i + 1) * channels] for i in range(left, wide, right)]
            if cells:
                data += b"\0" + packed([value for cell in cells for value in cell])
    head = struct.pack(">IIBBBBB", wide, len(pixels), depth, kind, 0, 0, int(interlace))
    extra = b"".join(chunk(*pair) for pair in palette or [])
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra
            + chunk(b"IDAT", zlib.compress(bytes(data))) + chunk(b"IEND", b""))


def pictures(folder, modules):
    """A code in pictures as pages, editors and phones make them."""
    size = 4
    quiet = 4
    side = (len(modules) + 2 * quiet) * size

    def dark(x, y):
        column, line = x // size - quiet, y // size - quiet
        inside = 0 <= column < len(modules) and 0 <= line < len(modules)
        return inside and modules[line][column]

    def paint(cell):
        return [[value for x in range(side) for value in cell(dark(x, y), x, y)]
                for y in range(side)]

    white, black = (255, 255, 255), (0, 0, 0)
    made = {
        "plain": png(paint(lambda d, x, y: black if d else white), 2),
        "white-on-transparent": png(paint(lambda d, x, y: (*black, 0) if d else (*white, 255)), 6),
        "black-on-transparent": png(paint(lambda d, x, y: (*black, 255) if d else (*white, 0)), 6),
        "light-modules-only": png(paint(lambda d, x, y: (*white, 0) if d else (*white, 255)), 6),
        "dark-mode": png(paint(lambda d, x, y: white if d else (18, 18, 18)), 2),
        "alpha-gradient": png(paint(
            lambda d, x, y: (*black, 255 - y * 100 // side) if d else (*white, 0)), 6),
        "white-alpha-gradient": png(paint(
            lambda d, x, y: (*white, 0) if d else (*white, 255 - y * 100 // side)), 6),
        "grey-alpha": png(paint(lambda d, x, y: (0, 255) if d else (0, 0)), 4),
        "grey-alpha-white": png(paint(lambda d, x, y: (255, 0) if d else (255, 255)), 4),
        "one-bit": png(paint(lambda d, x, y: (0,) if d else (1,)), 0, 1),
        "one-bit-inverted": png(paint(lambda d, x, y: (1,) if d else (0,)), 0, 1),
        "two-bit": png(paint(lambda d, x, y: (0,) if d else (3,)), 0, 2),
        "interlaced": png(paint(lambda d, x, y: black if d else white), 2, interlace=True),
        "palette-transparent": png(paint(lambda d, x, y: (1,) if d else (0,)), 3, palette=[
            (b"PLTE", bytes((0, 0, 0, 0, 0, 0))), (b"tRNS", bytes((0, 255)))]),
        "palette-white-transparent": png(paint(lambda d, x, y: (1,) if d else (0,)), 3, palette=[
            (b"PLTE", bytes((255, 255, 255, 255, 255, 255))), (b"tRNS", bytes((255, 0)))]),
        "grey-trns": png(paint(lambda d, x, y: (0,) if d else (255,)), 0,
                         palette=[(b"tRNS", b"\0\xff")]),
        "red-on-yellow": png(paint(lambda d, x, y: (150, 0, 0) if d else (255, 230, 0)), 2),
        "mirrored": png([row[::-1] for row in paint(lambda d, x, y: (0,) if d else (255,))], 0),
        "turned": png([list(row) for row in zip(*paint(
            lambda d, x, y: (0,) if d else (255,))[::-1])], 0),
        "no-quiet-zone": png([row[quiet * size:-quiet * size] for row in paint(
            lambda d, x, y: (0,) if d else (255,))][quiet * size:-quiet * size], 0),
        "huge": png([[255] * 5000 for _ in range(1500)] + [
            [255] * 2000 + row + [255] * (3000 - side) for row in paint(
                lambda d, x, y: (0,) if d else (255,))] + [[255] * 5000 for _ in range(1500)], 0),
        "wide-banner": png([[255] * 6000 + row + [255] * 6000 for row in paint(
            lambda d, x, y: (0,) if d else (255,))], 0),
        "no-code": png([[255] * 300 for _ in range(300)], 0),
    }
    made["truncated"] = made["plain"][:len(made["plain"]) // 2]
    files = {name + ".png": data for name, data in made.items()}
    files["plain-named-jpg.jpg"] = made["plain"]
    grey = paint(lambda d, x, y: (0,) if d else (255,))
    head = f"P5\n# made by a camera\n{side} {side}\n255\n".encode()
    files["raw.pgm"] = head + b"".join(map(bytes, grey))
    files["empty.png"] = b""
    files["heic.heic"] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
    files["avif.avif"] = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(200)
    files["jxl.jxl"] = b"\xff\x0a" + bytes(200)
    files["pdf.pdf"] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + bytes(200)
    write(folder, files)


# Formats that Python writes only with Pillow, where LIVEPERMIT_PYTHON has it.
PILLOW = """
import sys
from PIL import Image
folder, code = sys.argv[1:]
picture = Image.open(code).convert("RGB")
far = picture.resize((picture.width * 2, picture.height * 2), Image.LANCZOS)
turned = picture.transpose(Image.ROTATE_90)
exif = Image.Exif()
exif[0x0112] = 6
turned.save(folder + "/exif-turned.jpg", exif=exif, quality=80)
far.save(folder + "/progressive.jpg", progressive=True, quality=60)
far.convert("CMYK").save(folder + "/cmyk.jpg", quality=85)
far.convert("L").save(folder + "/grey.jpg", quality=70)
for name in ("webp", "gif", "bmp", "tiff", "ppm"):
    picture.save(folder + "/code." + name)
picture.save(folder + "/lossy.webp", quality=50)
picture.convert("1").save(folder + "/group4.tiff", compression="group4")
picture.convert("L").convert("I;16").save(folder + "/sixteen.png")
blank = Image.new("RGB", picture.size, "white")
blank.save(folder + "/animated-late.gif", save_all=True, append_images=[picture])
picture.save(folder + "/animated.gif", save_all=True, append_images=[blank], duration=100)
picture.save(folder + "/animated.webp", save_all=True, append_images=[blank], duration=100)
"""


def write(folder, files):
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)


def make(folder, run, required):
    """Makes base/, wedge/, keys/, lists/ and pictures/; `run` runs the command."""
    import os
    base = folder / "base"
    base.mkdir(parents=True)
    (base / "T0").write_text(str(T0))
    accept = ["--class", "bj.example:residence"]
    for name, algorithm in (("root", "ed25519"), ("issuer", "ed25519"), ("phone", "p256")):
        run("key", "new", "--algorithm", algorithm, "--out", base / (name + ".pem"))
    uses = [word for use in ("credential", "pass", "slip", "status") for word in ("--use", use)]
    run("trust", "new", "--name", "park.gates", "--root-key", base / "root.pem", "--out",
        base / "trust.cwt", "--issuer-key", base / "issuer.pem.pub", "--issuer", "bj.example",
        *accept, *uses, "--at", T0 - 3600)
    present = ["present", "--credential", base / "credential.txt", "--device-key",
               base / "phone.pem", "--trust", base / "trust.cwt", "--root", base / "root.pem.pub",
               "--at", T0]
    code = ""
    for number in range(1, 100):
        run("issue", "credential", "--key", base / "issuer.pem", "--issuer", "bj.example", *accept,
            "--subject", f"BJ-{number:04}", "--device-key", base / "phone.pem.pub", "--lifetime",
            "48h", "--at", T0, "--out", base / "credential.txt")
        code = run(*present, "--format", "qr-text").strip("\n")
        # A code without a space in its middle tries less.
        if " " in code[60:-60]:
            break
    (base / "code.txt").write_text(code)
    write(folder / "wedge", {n + ".txt": t for n, t in lines(code, run(*present).strip()).items()})
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Wi-Fi</body></html>"
    write(folder / "lists", {
        "captive-portal.html.cwt": page,
        "bom-page.cwt": b"\xef\xbb\xbf \n" + page,
        "gzip.cwt": b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + zlib.compress(page)[2:],
        "zip.cwt": b"PK\x03\x04\x14\0" + bytes(40),
        "empty.cwt": b"",
        "json.cwt": b'{"error":"not found"}\n',
        "xml.cwt": b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>',
        "key.cwt": (base / "issuer.pem.pub").read_bytes(),
        "png.cwt": png([[255] * 8] * 8, 0),
        "pdf.cwt": b"%PDF-1.7\n" + bytes(40),
        "brotli-or-noise.cwt": bytes(range(17, 250, 3)),
        "trust.cwt": (base / "trust.cwt").read_bytes(),
    })
    if shutil.which("openssl"):
        keys(folder / "keys", base / "phone.pem.pub")
    else:
        print("skipped: keys as tools write them: no openssl", file=sys.stderr)
        assert not required, "no openssl"
        (folder / "keys").mkdir()
    drawn = run("qr", "--file", base / "code.txt", "--style", "light", "--level", "m")
    pictures(folder / "pictures", modules(drawn))
    python = os.environ.get("LIVEPERMIT_PYTHON")
    if python:
        place = folder / "pictures"
        subprocess.run([python, "-c", PILLOW, place, place / "plain.png"], check=True)
    else:
        print("skipped: JPEG, WebP, GIF, BMP, TIFF: LIVEPERMIT_PYTHON names no Python with Pillow",
              file=sys.stderr)
        assert not required, "no LIVEPERMIT_PYTHON"
    return pathlib.Path(folder)


def modules(drawn):
    """The modules of a code drawn in half blocks on a light ground."""
    dark = []
    for line in drawn.splitlines():
        if not set(line) & set("▀▄█"):
            continue
        dark.append([c in "▀█" for c in line])
        dark.append([c in "▄█" for c in line])
    wide = max(map(len, dark))
    dark = [row + [False] * (wide - len(row)) for row in dark]
    lines_used = [y for y, row in enumerate(dark) if any(row)]
    columns = [x for x in range(wide) if any(row[x] for row in dark)]
    dark = [row[columns[0]:columns[-1] + 1] for row in dark[lines_used[0]:lines_used[-1] + 1]]
    assert len(dark) == len(dark[0]), (len(dark), len(dark[0]))
    return dark
