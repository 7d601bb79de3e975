#!/usr/bin/env python3
"""Writes tests/corpus/csv: small CSV files with trouble in them, and verdicts.tsv, which says what import must make of
each. Both are checked in; run this again after adding a case.

A verdict: file, ok or refused, rows imported, rows rejected, warnings, and texts that the messages must hold,
with " && " between them."""
import os

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "csv")
cases = []
SID = "0123456789abcdef0123456789abcdef"


def case(name, content, verdict="ok", imported=1, rejected=0, warnings=0, texts=()):
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    if isinstance(texts, str):
        texts = (texts,)
    if verdict == "refused":
        imported = 0
    cases.append((name, data, verdict, imported, rejected, warnings, texts))


def refused(name, content, texts, rejected=0, warnings=0):
    case(name, content, "refused", 0, rejected, warnings, texts)


def column(name, heading, value, texts=None, warnings=0, extra_heading="", extra=""):
    """One row whose column `heading` holds `value`, beside a good one. texts None: it is accepted."""
    head = "phone_number," + heading + extra_heading
    rows = f"{head}\n4155550123,{value}{extra}\n4155550124,{',' * extra_heading.count(',')}\n"
    if texts is None:
        case(name, rows, imported=2, warnings=warnings)
    else:
        case(name, rows, imported=1, rejected=1, warnings=warnings,
             texts=(f'line 2: column "{heading}"',) + ((texts,) if isinstance(texts, str) else texts))


def phone(name, value, texts=None, warnings=0):
    data = value if isinstance(value, bytes) else value.encode("utf-8")
    rows = b"phone_number,site\n" + data + b",A\n4155550124,B\n"
    if texts is None:
        case(name, rows, imported=2, warnings=warnings)
    else:
        case(name, rows, imported=1, rejected=1, warnings=warnings,
             texts=("line 2:",) + ((texts,) if isinstance(texts, str) else texts))


GOOD = "phone_number,friendly_name\n4155550123,Desk\n"

# --- what is no CSV at all
refused("empty-file", b"", "the file is empty")
refused("only-bom", b"\xef\xbb\xbf", "the file is empty")
refused("only-newlines", "\n\n\n", "the file is empty")
refused("only-blanks", "   \n \n", "the file is empty")
refused("header-only", "phone_number,site\n", "no row below the header; add one for each number")
refused("header-only-no-newline", "phone_number", "no row below the header; add one for each number")
refused("header-and-blank-rows", "phone_number,site\n,\n , \n", "no row below the header; add one for each number")
refused("utf16-le-bom", GOOD.encode("utf-16"), ("UTF-16", "CSV UTF-8"))
refused("utf16-be-bom", b"\xfe\xff" + GOOD.encode("utf-16-be"), "UTF-16")
refused("utf16-le-no-bom", GOOD.encode("utf-16-le"), "probably UTF-16")
refused("utf16-be-no-bom", GOOD.encode("utf-16-be"), "probably UTF-16")
refused("utf32-le", GOOD.encode("utf-32"), "UTF-32")
refused("utf32-be", b"\x00\x00\xfe\xff" + GOOD.encode("utf-32-be"), "UTF-32")
refused("xlsx", b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "workbook")
refused("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, "old Excel workbook")
refused("zip-empty", b"PK\x05\x06" + b"\0" * 18, "ZIP archive")
refused("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "gzip")
refused("bzip2", b"BZh91AY&SY", "bzip2")
refused("xz", b"\xfd7zXZ\x00", "xz-compressed")
refused("zstd", b"\x28\xb5\x2f\xfd\x04", "zstd")
refused("pdf", b"%PDF-1.7\n%\xe2\xe3", "PDF")
refused("html", "<!DOCTYPE html><html><body>Sign in</body></html>", "HTML")
refused("html-after-blank", "\n  <html><table></table></html>", "HTML")
refused("html-upper", "<HTML>\n", "HTML")
refused("html-bom", b"\xef\xbb\xbf<html>", "HTML")
refused("xml", '<?xml version="1.0"?><Workbook/>', "HTML or XML")
refused("rtf", "{\\rtf1\\ansi", "RTF")
refused("json-object", '{"phone_number": "4155550123"}', "JSON")
refused("json-array", '[{"phone_number": "4155550123"}]', "JSON")
refused("sqlite", b"SQLite format 3\0", "SQLite")

# --- headers
refused("no-phone-column", "site,email\nA,a@example.com\n", 'no column "phone_number"')
refused("no-header-row", "4155550123,Desk\n4155550124,Hall\n", 'no column "phone_number"')
refused("phone-called-telephone", "Telephone,site\n4155550123,A\n", ('"Telephone"', "rename it"))
refused("phone-called-number", "Number\n4155550123\n", '"Number"')
refused("phone-called-did", "Site,DID\nA,4155550123\n", '"DID"')
refused("duplicate-phone-column", "phone_number,phone_number\n4155550123,4155550124\n",
        ("phone_number", "stands twice", "cells 1 and 2"))
refused("duplicate-column-other-spelling", "phone_number,Friendly Name,friendly_name\n4155550123,a,b\n",
        ('"friendly_name" stands twice', "cells 2 and 3"))
refused("header-latin1", b"phone_number,pr\xe9nom\n4155550123,a\n", ("cell 2 of the header", "UTF-8"))
refused("header-nul", b"phone_number,si\0te\n4155550123,a\n", "cell 2 of the header")
case("header-any-case", "PHONE_NUMBER,SITE\n4155550123,A\n")
case("header-friendly", "Phone Number,Friendly Name\n4155550123,A\n")
case("header-camel", "PhoneNumber,FriendlyName,AddressSid\n4155550123,A,AD" + SID + "\n")
case("header-dashes", "phone-number,friendly-name\n4155550123,A\n")
case("header-blanks-around", " phone_number , site \n4155550123,A\n")
case("header-nbsp-around", "\u00a0phone_number\u00a0,site\n4155550123,A\n")
case("header-quoted", '"phone_number","site"\n"4155550123","A"\n')
case("header-quoted-bom", b'\xef\xbb\xbf"phone_number","site"\n"4155550123","A"\n')
case("header-bom", b"\xef\xbb\xbfphone_number,site\n4155550123,A\n")
case("header-reordered", "site,priority,phone_number\nA,3,4155550123\n")
case("header-unknown-kept", "phone_number,colour,shape\n4155550123,red,round\n")
case("header-unknown-twice", "phone_number,note,note\n4155550123,a,b\n")
case("header-empty-heading", "phone_number,,\n4155550123,a,b\n")
case("header-near-miss", "phone_number,frendly_name\n4155550123,a\n", warnings=1,
     texts=("line 1", '"frendly_name"', 'did you mean "friendly_name"?'))
case("header-near-miss-two", "phone_number,exension,prioritty\n4155550123,a,b\n", warnings=2,
     texts=('did you mean "extension"?', 'did you mean "priority"?'))
case("header-ours-unknown", "phone_number,numhost_status,numhost_line\n4155550123,completed,2\n",
     "refused", texts="none of its numbers is known here")
case("header-on-line-3", "\n\nphone_number\n4155550123\n")
case("one-column", "phone_number\n4155550123\n")
refused("too-many-columns", "phone_number" + ",x" * 1100 + "\n", "more than 1024 cells")
case("many-columns", "phone_number" + ",x" * 1000 + "\n4155550123" + ",y" * 1000 + "\n")

# --- lines, quotes, delimiters
case("crlf", "phone_number,site\r\n4155550123,A\r\n")
case("cr-only", "phone_number,site\r4155550123,A\r")
case("mixed-line-ends", "phone_number,site\r\n4155550123,A\n4155550124,B\r4155550125,C", imported=3)
case("no-final-newline", "phone_number,site\n4155550123,A")
case("blank-lines-between", "phone_number,site\n\n4155550123,A\n\n\n4155550124,B\n", imported=2)
case("blank-rows-of-delimiters", "phone_number,site\n4155550123,A\n,\n,\n,\n")
case("line-number-after-blank-lines", "phone_number,site\n\n\n415555012,A\n4155550124,B\n", rejected=1,
     texts="line 4:")
case("line-number-crlf", "phone_number,site\r\n4155550124,B\r\n415555012,A\r\n", rejected=1, texts="line 3:")
case("line-number-after-quoted-newlines",
     'phone_number,note\n4155550124,"one\ntwo\nthree"\n415555012,x\n', rejected=1, texts="line 5:")
case("line-number-cr-only", "phone_number,site\r4155550124,B\r415555012,A\r", rejected=1, texts="line 3:")
case("quoted-newline-in-unknown", 'phone_number,note\n4155550123,"a\nb"\n')
case("quoted-delimiter", 'phone_number,site\n4155550123,"A, B"\n')
case("doubled-quotes", 'phone_number,note\n4155550123,"say ""hi"""\n')
case("blanks-around-quotes", 'phone_number,site\n 4155550123 , "A" \n')
refused("quote-inside-cell", 'phone_number,note\n4155550123,5" pipe\n', ("line 2: column 2", "quote stands inside"))
refused("text-behind-quote", 'phone_number,note\n4155550123,"a"b\n', ("line 2: column 2", "quote stands inside"))
refused("quote-never-closed", 'phone_number,note\n4155550123,"a\n4155550124,b\n',
        ("line 2: column 2", "not closed before the end"))
refused("quote-never-closed-first-cell", 'phone_number\n"4155550123\n4155550124\n', "line 2: column 1")
refused("quote-never-closed-header", '"phone_number,site\n4155550123,A\n', ("line 1: column 1", "not closed"))
refused("quote-never-closed-long", 'phone_number,note\n4155550123,"a\n' + "4155550124,padding\n" * 4000,
        ("line 2: column 2", "within 64 KiB"))
refused("quote-closed-lines-later", 'phone_number,note\n4155550123,"a\n4155550124,"b"\n',
        ("line 2: column 2", "is closed at line 3"))
refused("cell-too-long", "phone_number,note\n4155550123," + "x" * 65537 + "\n", ("line 2: column 2", "65536 bytes"))
case("cell-just-fits", "phone_number,note\n4155550123," + "x" * 65536 + "\n")
case("semicolons", "phone_number;site\n4155550123;A\n")
case("semicolons-decimal-commas", "phone_number;weight\n4155550123;1,5\n")
case("tabs", "phone_number\tsite\n4155550123\tA, B\n")
refused("pipes", "phone_number|site\n4155550123|A\n", 'no column "phone_number"')
case("short-row", "phone_number,site,priority\n4155550123,A\n4155550124,B,1\n", rejected=1,
     texts=("line 2:", "fewer cells than the header"))
case("long-row", "phone_number,site\n4155550123,A,B\n4155550124,B\n", rejected=1,
     texts=("line 2:", "more cells than the header"))
case("long-row-of-blanks", "phone_number,site\n4155550123,A,,,\n")
case("cut-off-last-row", "phone_number,site,priority\n4155550123,A,1\n41555501", rejected=1,
     texts=("line 3:", "cut off"))
case("unquoted-comma-in-name", "phone_number,site,priority\n4155550123,Main, St,1\n4155550124,B,1\n", rejected=1,
     texts=("line 2:", "in quotes"))

# --- encodings inside rows
case("latin1-cell", b"phone_number,site\n4155550123,Qu\xe9bec\n4155550124,B\n", rejected=1,
     texts=("line 2:", "not UTF-8", "CSV UTF-8"))
case("cp1252-quotes", b"phone_number,site\n4155550123,\x93A\x94\n4155550124,B\n", rejected=1, texts="not UTF-8")
case("overlong-utf8", b"phone_number,site\n4155550123,\xc0\xaf\n4155550124,B\n", rejected=1, texts="not UTF-8")
case("surrogate-utf8", b"phone_number,site\n4155550123,\xed\xa0\x80\n4155550124,B\n", rejected=1, texts="not UTF-8")
case("beyond-unicode", b"phone_number,site\n4155550123,\xf4\x90\x80\x80\n4155550124,B\n", rejected=1, texts="UTF-8")
case("nul-in-cell", b"phone_number,site\n4155550123,a\0b\n4155550124,B\n", rejected=1, texts="NUL")
case("nul-in-phone", b"phone_number,site\n415555\x000123,a\n4155550124,B\n", rejected=1, texts="NUL")
case("nul-in-unknown-column", b"phone_number,note\n4155550123,a\0b\n4155550124,B\n", rejected=1, texts="NUL")
case("utf8-cells", "phone_number,site,friendly_name\n4155550123,Québec,電話\n")

# --- phone numbers that are fine
for name, value in [
        ("parens", "(415) 555-0123"), ("dashes", "1-415-555-0123"), ("dots", "415.555.0123 "),
        ("e164", "+14155550123"), ("blanks", "+1 415 555 0123"), ("tel", "tel:+1-415-555-0123"),
        ("tel-word", "Tel 415 555 0123"), ("slashes", "415/555/0123"), ("brackets", "[415] 555 0123"),
        ("nbsp", "415\u00a0555\u00a00123"), ("narrow-nbsp", "415\u202f555\u202f0123"),
        ("zero-width", "\u200b4155550123\u200d"), ("bom-inside", "\ufeff4155550123"),
        ("rtl-marks", "\u200f415 555 0123\u200e"), ("embedding", "\u202a4155550123\u202c"),
        ("isolates", "\u2066+14155550123\u2069"), ("en-dashes", "415\u2013555\u20130123"),
        ("nb-hyphens", "415\u2011555\u20110123"), ("minus", "415\u2212555\u22120123"),
        ("full-width", "\uff14\uff11\uff15\uff15\uff15\uff15\uff10\uff11\uff12\uff13"),
        ("full-width-plus", "\uff0b14155550123"), ("smart-quotes", "\u201c4155550123\u201d"),
        ("guard", "'+14155550123"), ("float", "4155550123.0"), ("ideographic-blank", "415\u3000555 0123"),
        ("toll-free", "1-888-555-0123"), ("canada", "+1 (416) 555-0123"), ("fiction", "212-555-0199")]:
    phone("phone-ok-" + name, value)
phone("phone-ok-quoted-newline", '"415-555-\n0123"')
phone("phone-warn-unknown-area", "(296) 555-0123", warnings=1)
phone("phone-warn-premium", "900-555-0123", warnings=1)
phone("phone-warn-puerto-rico", "787-555-0123", warnings=1)
phone("phone-warn-guam", "671-555-0123", warnings=1)

# --- phone numbers that are not
for name, value, texts in [
        ("excel", "1.41556E+10", ("scientific notation", "as text")),
        ("excel-comma", '"1,41556E+10"', "scientific notation"),
        ("excel-short", "4E+09", "scientific notation"),
        ("excel-lower", "4.15555e9", "scientific notation"),
        ("na", "#N/A", "spreadsheet error"), ("ref", "#REF!", "spreadsheet error"),
        ("hashes", "########", "spreadsheet error"),
        ("vanity", "1-800-FLOWERS", ("letters", "keypad")), ("vanity-short", "1-800-GOT-JUNK", "letters"),
        ("letter-o", "415-555-O123", "letters"), ("letter-l", "4l55550123", "letters"),
        ("ext-x", "415-555-0123 x123", ("extension", "extension column")),
        ("ext-word", "415-555-0123 ext. 5", "extension column"),
        ("ext-hash", "415-555-0123#5", "extension column"),
        ("ext-comma", '"415-555-0123,,5"', "extension column"),
        ("ext-rfc3966", "tel:+14155550123;ext=5", "extension column"),
        ("seven", "555-0123", "area code is missing"), ("empty", "", "missing"), ("blank", "  ", "missing"),
        ("blank-nbsp", "\u00a0", "missing"),
        ("nine", "415555012", "too few"), ("six", "555012", "too few"),
        ("eleven", "24155550123", "too many"), ("trunk-zero", "04155550123", "too many"),
        ("thirty", "4" * 30, "too many"), ("huge", "4" * 300, "too many"),
        ("n11", "911", "service"), ("n11-411", "411", "service"),
        ("n11-area", "911-555-0123", "no area code"), ("zero-area", "015-555-0123", "no area code"),
        ("one-area", "1-115-555-0123", "no area code"), ("zero-exchange", "415-055-0123", "behind the area code"),
        ("one-exchange", "415-155-0123", "behind the area code"),
        ("n11-exchange", "415-911-0123", "behind the area code"),
        ("uk", "+44 20 7946 0958", ("United Kingdom", "US")), ("germany", "+49 30 901820", "Germany"),
        ("mexico-011", "011 52 55 1234 5678", "Mexico"), ("uk-00", "0044 20 7946 0958", "United Kingdom"),
        ("china", "+86 10 1234 5678", "China"), ("plus-ten", "+4155550123", "Switzerland"),
        ("bahamas", "242-322-1234", "Bahamas"), ("jamaica", "+1 876 555 0123", "Jamaica"),
        ("bermuda", "441-555-0123", "Bermuda"), ("dominican", "809 555 0123", "Dominican Republic"),
        ("two", "4155550123 / 4155550125", "more than one number"),
        ("two-plus", "+14155550123+14155550125", "more than one number"),
        ("star", "*67 4155550123", "does not belong"), ("emoji", "\u260e 4155550123", "does not belong"),
        ("arabic-digits", "\u0664\u0661\u0665\u0665\u0665\u0665\u0660\u0661\u0662\u0663", "does not belong"),
        ("word", "unknown", "does not belong"), ("formula", "=A1", "does not belong"),
        ("email", "desk@example.com", "does not belong")]:
    phone("phone-bad-" + name, value, texts)
case("phone-value-is-masked", "phone_number\n4155550123 x9876\n4155550124\n", rejected=1,
     texts=('value "41555***9876"',))

# --- duplicates
SPELLINGS = ["(415) 555-0123", "415-555-0123", "415.555.0123", "+1 415 555 0123", "1-415-555-0123", "4155550123"]
case("duplicate-six-spellings", "phone_number\n" + "\n".join(SPELLINGS) + "\n", imported=1, rejected=5,
     texts=("stands earlier in this file (line 2)", "line 7", "5 rows:", "first at line 3"))
case("duplicate-same-row", "phone_number,site\n4155550123,A\n4155550123,A\n", rejected=1, texts="line 3:")
case("duplicate-other-data", "phone_number,site\n4155550123,A\n4155550123,B\n", rejected=1,
     texts=("line 3:", "(line 2)"))

# --- other columns
column("email-ok", "email", "first.last+tag@mail.example.com")
column("email-blank", "email", "")
column("email-no-at", "email", "desk.example.com", "not an e-mail address")
column("email-two", "email", '"a@example.com, b@example.com"', "not an e-mail address")
column("email-newline", "email", '"a@exam\nple.com"', "not an e-mail address")
column("email-no-dot", "email", "a@localhost", "not an e-mail address")
column("email-name", "email", "Desk <a@example.com>", "not an e-mail address")
column("email-dots", "email", "a..b@example.com", "not an e-mail address")
column("email-masked", "email", "someone@example,com".replace(",", "_"), ('value "s***"',))
column("cc-ok", "cc_emails", "a@example.com; b@example.com ;c@example.org")
column("cc-trailing", "cc_emails", "a@example.com;")
column("cc-comma", "cc_emails", '"a@example.com,b@example.com"', "one of these is not")
column("cc-bad-second", "cc_emails", "a@example.com;b", "one of these is not")
column("cc-too-long", "cc_emails", ";".join(["someone.somewhere@example.com"] * 40), "too long")
column("address-ok", "address_sid", "AD" + SID)
column("address-upper-hex", "address_sid", "AD" + SID.upper())
column("address-wrong-prefix", "address_sid", "AC" + SID, ("not such a SID", "AD"))
column("address-lower-prefix", "address_sid", "ad" + SID, "not such a SID")
column("address-short", "address_sid", "AD0123", "not such a SID")
column("address-not-hex", "address_sid", "AD" + "g" * 32, "not such a SID")
column("address-is-cut-in-messages", "address_sid", "AX" + SID, 'value "AX012345***"')
column("application-ok", "sms_application_sid", "AP" + SID)
column("application-bad", "sms_application_sid", "SK" + SID, "AP and 32")
column("account-ok", "account_sid", "AC" + SID)
column("account-bad", "account_sid", SID, "AC and 32")
column("type-call", "verification_type", "phone-call")
column("type-spelling", "verification_type", "Phone Call")
column("type-unknown", "verification_type", "fax", ("no such verification type", "phone-bill"))
case("bill-without-document", "phone_number,verification_type\n4155550123,phone-bill\n4155550124,\n", rejected=1,
     texts=("line 2:", "phone-bill needs a document"))
column("bill-with-document", "verification_type", "phone-bill", None, 0, ",verification_document_sid", ",RI" + SID)
column("document-bad", "verification_document_sid", "RX" + SID, "RI and 32")
column("extension-ok", "extension", "ww12#*3")
column("extension-comma", "extension", '"1,2"', "digits, #, * and w")
column("extension-letters", "extension", "ext 5", "digits, #, * and w")
column("extension-upper-w", "extension", "WW1", "digits, #, * and w")
column("extension-too-long", "extension", "1" * 65, "too long")
column("delay-ok", "call_delay", "30")
column("delay-long", "call_delay", "45", None, 1)
column("delay-too-long", "call_delay", "61", "from 0 to 60")
column("delay-negative", "call_delay", "-1", "from 0 to 60")
column("delay-float", "call_delay", "5.0", "whole number")
column("delay-unit", "call_delay", "5s", "whole number")
column("delay-overflow", "call_delay", "99999999999999999999", "whole number")
column("url-ok", "sms_url", "https://example.com/sms?x=1")
column("url-http", "status_callback_url", "http://example.com")
column("url-relative", "sms_url", "/sms", "does not begin with https://")
column("url-no-scheme", "sms_url", "example.com/sms", "does not begin with https://")
column("url-ftp", "sms_fallback_url", "ftp://example.com", "does not begin with https://")
column("url-no-host", "sms_url", "https:///sms", "no host")
column("url-blank", "sms_url", "https://example.com/a b", "blank")
column("url-too-long", "sms_url", "https://example.com/" + "x" * 1010, "too long")
column("method-ok", "sms_method", "post")
column("method-bad", "sms_fallback_method", "PUT", "GET or POST")
column("method-callback", "status_callback_method", "GET")
column("name-64", "friendly_name", "é" * 64)
column("name-65", "friendly_name", "x" * 65, "64 characters")
column("name-newline", "friendly_name", '"a\nb"', "control character")
column("title-too-long", "contact_title", "x" * 129, "too long")
column("contact-phone-ok", "contact_phone_number", "(212) 555-0199")
column("contact-phone-bad", "contact_phone_number", "12345", "too few")
column("site-too-long", "site", "x" * 129, "too long")
column("zone-ok", "time_zone", "America/Argentina/Buenos_Aires")
column("zone-utc", "time_zone", "UTC")
column("zone-abbreviation", "time_zone", "EST", "not the name of a time zone")
column("zone-offset", "time_zone", "UTC-5", "not the name of a time zone")
column("zone-path", "time_zone", "../../etc/passwd", "not the name of a time zone")
column("priority-ok", "priority", "9")
column("priority-high", "priority", "10", "0 (default) to 9")
column("priority-word", "priority", "high", "whole number")
column("guarded-formula", "friendly_name", "'=SUM(A1)")
column("formula-kept", "note", "=1+1")

# --- groups, rejects, all bad
refused("all-rows-bad", "phone_number\n1\n2\n3\n", ("none of the 3 rows", "3 rows:", "first at line 2"), rejected=3)
case("many-of-a-kind", "phone_number\n" + "12345\n" * 30 + "4155550123\n", rejected=30,
     texts=("line 21:", "30 rows:", "first at line 2"))
case("rejects-file-mended", 'phone_number,site,reason\n4155550123,A,"line 17: phone_number: too few digits; x"\n')
case("rejects-file-not-mended", 'phone_number,site,reason\n415555012,A,line 17: x\n4155550124,B,line 18: y\n',
     rejected=1, texts="line 2:")
case("reason-column-inside-is-theirs", "phone_number,reason,site\n4155550123,because,A\n")


def main():
    os.makedirs(HERE, exist_ok=True)
    names = [c[0] for c in cases]
    assert len(names) == len(set(names)), "a name stands twice"
    for old in os.listdir(HERE):
        os.unlink(os.path.join(HERE, old))
    with open(os.path.join(HERE, "verdicts.tsv"), "w", encoding="utf-8") as table:
        table.write("file\tverdict\timported\trejected\twarnings\ttexts\n")
        for name, data, verdict, imported, rejected, warnings, texts in cases:
            with open(os.path.join(HERE, name + ".csv"), "wb") as file:
                file.write(data)
            table.write(f"{name}.csv\t{verdict}\t{imported}\t{rejected}\t{warnings}\t{' && '.join(texts)}\n")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
