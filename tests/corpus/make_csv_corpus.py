#!/usr/bin/env python3
"""Writes the files of tests/corpus/csv: small CSV files, most with trouble in them. They are checked in; run this again
after adding a case. What import says about each stands in verdicts.tsv: see tests/unit/test_csv_corpus.c."""
import os

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "csv")
TABLE = "verdicts.tsv"
cases = []
BLOCK = 64 * 1024
SID = "0123456789abcdef0123456789abcdef"


def case(name, content):
    cases.append((name, content if isinstance(content, bytes) else content.encode("utf-8")))


def column(name, heading, value, extra_heading="", extra=""):
    """One row whose column `heading` holds `value`, beside a good one."""
    head = "phone_number," + heading + extra_heading
    case(name, f"{head}\n4155550123,{value}{extra}\n4155550124,{',' * extra_heading.count(',')}\n")


def phone(name, value):
    data = value if isinstance(value, bytes) else value.encode("utf-8")
    case(name, b"phone_number,site\n" + data + b",A\n4155550124,B\n")


GOOD = "phone_number,friendly_name\n4155550123,Desk\n"

# --- what is no CSV at all
case("empty-file", b"")
case("only-bom", b"\xef\xbb\xbf")
case("only-newlines", "\n\n\n")
case("only-blanks", "   \n \n")
case("header-only", "phone_number,site\n")
case("header-only-no-newline", "phone_number")
case("header-and-blank-rows", "phone_number,site\n,\n , \n")
case("utf16-le-bom", GOOD.encode("utf-16"))
case("utf16-be-bom", b"\xfe\xff" + GOOD.encode("utf-16-be"))
case("utf16-le-no-bom", GOOD.encode("utf-16-le"))
case("utf16-be-no-bom", GOOD.encode("utf-16-be"))
case("utf32-le", GOOD.encode("utf-32"))
case("utf32-be", b"\x00\x00\xfe\xff" + GOOD.encode("utf-32-be"))
case("xlsx", b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml")
case("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64)
case("zip-empty", b"PK\x05\x06" + b"\0" * 18)
case("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00")
case("bzip2", b"BZh91AY&SY")
case("xz", b"\xfd7zXZ\x00")
case("zstd", b"\x28\xb5\x2f\xfd\x04")
case("pdf", b"%PDF-1.7\n%\xe2\xe3")
case("html", "<!DOCTYPE html><html><body>Sign in</body></html>")
case("html-after-blank", "\n  <html><table></table></html>")
case("html-upper", "<HTML>\n")
case("html-bom", b"\xef\xbb\xbf<html>")
case("xml", '<?xml version="1.0"?><Workbook/>')
case("rtf", "{\\rtf1\\ansi")
case("json-object", '{"phone_number": "4155550123"}')
case("json-array", '[{"phone_number": "4155550123"}]')
case("sqlite", b"SQLite format 3\0")

# --- headers
case("no-phone-column", "site,email\nA,a@example.com\n")
case("no-header-row", "4155550123,Desk\n4155550124,Hall\n")
case("phone-called-telephone", "Telephone,site\n4155550123,A\n")
case("phone-called-number", "Number\n4155550123\n")
case("phone-called-did", "Site,DID\nA,4155550123\n")
case("duplicate-phone-column", "phone_number,phone_number\n4155550123,4155550124\n")
case("duplicate-column-other-spelling", "phone_number,Friendly Name,friendly_name\n4155550123,a,b\n")
case("header-latin1", b"phone_number,pr\xe9nom\n4155550123,a\n")
case("header-nul", b"phone_number,si\0te\n4155550123,a\n")
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
case("header-near-miss", "phone_number,frendly_name\n4155550123,a\n")
case("header-near-miss-two", "phone_number,exension,prioritty\n4155550123,a,b\n")
case("header-near-miss-line-break", 'phone_number,"ema\nil"\n4155550123,a\n')
case("header-near-miss-escape", "phone_number,\x1bcemail\n4155550123,a\n")
case("header-near-miss-tab", 'phone_number,"prio\trity"\n4155550123,a\n')
case("header-near-miss-wide-control", "phone_number,\u009bemail\n4155550123,a\n")
case("phone-called-number-wide-control", "\u009b2Jnumber\n4155550123\n")
case("header-ours-unknown", "phone_number,numhost_status,numhost_line\n4155550123,completed,2\n")
case("header-on-line-3", "\n\nphone_number\n4155550123\n")
case("header-on-line-3-no-phone-column", "\n\nsite\nA\n")
case("header-on-line-3-duplicate-column", "\n\nphone_number,site,site\n4155550123,A,B\n")
case("header-on-line-3-latin1", b"\n\nphone_number,pr\xe9nom\n4155550123,a\n")
case("header-on-line-3-near-miss", "\n\nphone_number,sitte\n4155550123,A\n")
case("one-column", "phone_number\n4155550123\n")
case("too-many-columns", "phone_number" + ",x" * 1100 + "\n")
case("many-columns", "phone_number" + ",x" * 1000 + "\n4155550123" + ",y" * 1000 + "\n")

# --- lines, quotes, delimiters
case("crlf", "phone_number,site\r\n4155550123,A\r\n")
case("cr-only", "phone_number,site\r4155550123,A\r")
case("mixed-line-ends", "phone_number,site\r\n4155550123,A\n4155550124,B\r4155550125,C")
case("no-final-newline", "phone_number,site\n4155550123,A")
case("blank-lines-between", "phone_number,site\n\n4155550123,A\n\n\n4155550124,B\n")
case("blank-rows-of-delimiters", "phone_number,site\n4155550123,A\n,\n,\n,\n")
case("line-number-after-blank-lines", "phone_number,site\n\n\n415555012,A\n4155550124,B\n")
case("line-number-crlf", "phone_number,site\r\n4155550124,B\r\n415555012,A\r\n")
case("line-number-after-quoted-newlines", 'phone_number,note\n4155550124,"one\ntwo\nthree"\n415555012,x\n')
case("line-number-cr-only", "phone_number,site\r4155550124,B\r415555012,A\r")
# BLOCK is what is read at a time.
START = "phone_number,note\r\n4155550123,"
case("line-number-behind-block", "phone_number,note\n4155550123," + "x" * (BLOCK - 1000) + "\n4155550124," +
     "y" * 2000 + "\n12345,z\n")
case("line-number-crlf-across-blocks", START + "x" * (BLOCK - 1 - len(START)) + "\r\n12345,z\r\n")
case("line-number-cr-before-block", START + "x" * (BLOCK - 1 - len(START)) + "\r12345,z\r\n")
case("quoted-newline-in-unknown", 'phone_number,note\n4155550123,"a\nb"\n')
case("quoted-delimiter", 'phone_number,site\n4155550123,"A, B"\n')
case("doubled-quotes", 'phone_number,note\n4155550123,"say ""hi"""\n')
case("blanks-around-quotes", 'phone_number,site\n 4155550123 , "A" \n')
case("quote-inside-cell", 'phone_number,note\n4155550123,5" pipe\n')
case("text-behind-quote", 'phone_number,note\n4155550123,"a"b\n')
case("quote-never-closed", 'phone_number,note\n4155550123,"a\n4155550124,b\n')
case("quote-never-closed-first-cell", 'phone_number\n"4155550123\n4155550124\n')
case("quote-never-closed-header", '"phone_number,site\n4155550123,A\n')
case("quote-never-closed-long", 'phone_number,note\n4155550123,"a\n' + "4155550124,padding\n" * 4000)
case("quote-closed-lines-later", 'phone_number,note\n4155550123,"a\n4155550124,"b"\n')
case("quote-inside-cell-behind-line-break", 'phone_number,note,colour\n4155550123,"a\nb",c"d\n')
case("quote-inside-cell-cr-only", 'phone_number,note\r4155550123,a\r4155550124,b"c\r')
case("quote-inside-cell-crlf", 'phone_number,note\r\n\r\n4155550123,a\r\n4155550124,b"c\r\n')
case("quote-closed-lines-later-crlf", 'phone_number,note\r\n4155550123,"a\r\n\r\n4155550124,"b"\r\n')
case("quote-never-closed-last-line", 'phone_number,note\n4155550123,a\n4155550124,"b\n')
case("cell-too-long-in-row-3", "phone_number,note\n4155550123,a\n4155550124," + "x" * 65537 + "\n")
case("row-too-many-cells", "phone_number\n4155550123" + ",y" * 1100 + "\n")
case("cell-too-long", "phone_number,note\n4155550123," + "x" * 65537 + "\n")
case("cell-just-fits", "phone_number,note\n4155550123," + "x" * 65536 + "\n")
case("semicolons", "phone_number;site\n4155550123;A\n")
case("semicolons-decimal-commas", "phone_number;weight\n4155550123;1,5\n")
case("tabs", "phone_number\tsite\n4155550123\tA, B\n")
case("pipes", "phone_number|site\n4155550123|A\n")
case("pipes-telephone", "site|telephone\nA|4155550123\n")
case("short-row", "phone_number,site,priority\n4155550123,A\n4155550124,B,1\n")
case("long-row", "phone_number,site\n4155550123,A,B\n4155550124,B\n")
case("long-row-of-blanks", "phone_number,site\n4155550123,A,,,\n")
case("cut-off-last-row", "phone_number,site,priority\n4155550123,A,1\n41555501")
case("unquoted-comma-in-name", "phone_number,site,priority\n4155550123,Main, St,1\n4155550124,B,1\n")

# --- encodings inside rows
case("latin1-cell", b"phone_number,site\n4155550123,Qu\xe9bec\n4155550124,B\n")
case("cp1252-quotes", b"phone_number,site\n4155550123,\x93A\x94\n4155550124,B\n")
case("overlong-utf8", b"phone_number,site\n4155550123,\xc0\xaf\n4155550124,B\n")
case("surrogate-utf8", b"phone_number,site\n4155550123,\xed\xa0\x80\n4155550124,B\n")
case("beyond-unicode", b"phone_number,site\n4155550123,\xf4\x90\x80\x80\n4155550124,B\n")
case("latin1-in-unknown-column", b"phone_number,note\n4155550123,Qu\xe9bec\n4155550124,B\n")
case("nul-in-cell", b"phone_number,site\n4155550123,a\0b\n4155550124,B\n")
case("nul-in-phone", b"phone_number,site\n415555\x000123,a\n4155550124,B\n")
case("nul-in-unknown-column", b"phone_number,note\n4155550123,a\0b\n4155550124,B\n")
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
phone("phone-warn-unknown-area", "(296) 555-0123")
phone("phone-warn-premium", "900-555-0123")
phone("phone-warn-puerto-rico", "787-555-0123")
phone("phone-warn-guam", "671-555-0123")

# --- phone numbers that are not
for name, value in [
        ("excel", "1.41556E+10"), ("excel-comma", '"1,41556E+10"'), ("excel-short", "4E+09"),
        ("excel-lower", "4.15555e9"), ("na", "#N/A"), ("ref", "#REF!"), ("hashes", "########"),
        ("vanity", "1-800-FLOWERS"), ("vanity-short", "1-800-GOT-JUNK"), ("letter-o", "415-555-O123"),
        ("letter-l", "4l55550123"), ("ext-x", "415-555-0123 x123"), ("ext-word", "415-555-0123 ext. 5"),
        ("ext-hash", "415-555-0123#5"), ("ext-comma", '"415-555-0123,,5"'), ("ext-rfc3966", "tel:+14155550123;ext=5"),
        ("seven", "555-0123"), ("empty", ""), ("blank", "  "), ("blank-nbsp", "\u00a0"), ("nine", "415555012"),
        ("six", "555012"), ("eleven", "24155550123"), ("trunk-zero", "04155550123"), ("thirty", "4" * 30),
        ("huge", "4" * 300), ("n11", "911"), ("n11-411", "411"), ("n11-area", "911-555-0123"),
        ("zero-area", "015-555-0123"), ("one-area", "1-115-555-0123"), ("zero-exchange", "415-055-0123"),
        ("one-exchange", "415-155-0123"), ("n11-exchange", "415-911-0123"), ("uk", "+44 20 7946 0958"),
        ("germany", "+49 30 901820"), ("mexico-011", "011 52 55 1234 5678"), ("uk-00", "0044 20 7946 0958"),
        ("china", "+86 10 1234 5678"), ("plus-ten", "+4155550123"), ("bahamas", "242-322-1234"),
        ("jamaica", "+1 876 555 0123"), ("bermuda", "441-555-0123"), ("dominican", "809 555 0123"),
        ("two", "4155550123 / 4155550125"), ("two-plus", "+14155550123+14155550125"), ("star", "*67 4155550123"),
        ("emoji", "\u260e 4155550123"),
        ("arabic-digits", "\u0664\u0661\u0665\u0665\u0665\u0665\u0660\u0661\u0662\u0663"), ("word", "unknown"),
        ("formula", "=A1"), ("email", "desk@example.com")]:
    phone("phone-bad-" + name, value)
case("phone-value-is-masked", "phone_number\n4155550123 x9876\n4155550124\n")

# --- duplicates
SPELLINGS = ["(415) 555-0123", "415-555-0123", "415.555.0123", "+1 415 555 0123", "1-415-555-0123", "4155550123"]
case("duplicate-six-spellings", "phone_number\n" + "\n".join(SPELLINGS) + "\n")
case("duplicate-same-row", "phone_number,site\n4155550123,A\n4155550123,A\n")
case("duplicate-other-data", "phone_number,site\n4155550123,A\n4155550123,B\n")

case("duplicate-of-warned", "phone_number\n787-555-0123\n(787) 555-0123\n")

# --- other columns
column("email-ok", "email", "first.last+tag@mail.example.com")
column("email-blank", "email", "")
column("email-no-at", "email", "desk.example.com")
column("email-two", "email", '"a@example.com, b@example.com"')
column("email-newline", "email", '"a@exam\nple.com"')
column("email-no-dot", "email", "a@localhost")
column("email-name", "email", "Desk <a@example.com>")
column("email-dots", "email", "a..b@example.com")
column("email-masked", "email", "someone@example,com".replace(",", "_"))
column("cc-ok", "cc_emails", "a@example.com; b@example.com ;c@example.org")
column("cc-trailing", "cc_emails", "a@example.com;")
column("cc-comma", "cc_emails", '"a@example.com,b@example.com"')
column("cc-bad-second", "cc_emails", "a@example.com;b")
column("cc-too-long", "cc_emails", ";".join(["someone.somewhere@example.com"] * 40))
column("address-ok", "address_sid", "AD" + SID)
column("address-upper-hex", "address_sid", "AD" + SID.upper())
column("address-wrong-prefix", "address_sid", "AC" + SID)
column("address-lower-prefix", "address_sid", "ad" + SID)
column("address-short", "address_sid", "AD0123")
column("address-not-hex", "address_sid", "AD" + "g" * 32)
column("address-is-cut-in-messages", "address_sid", "AX" + SID)
column("application-ok", "sms_application_sid", "AP" + SID)
column("application-bad", "sms_application_sid", "SK" + SID)
column("account-ok", "account_sid", "AC" + SID)
column("account-bad", "account_sid", SID)
column("type-call", "verification_type", "phone-call")
column("type-spelling", "verification_type", "Phone Call")
column("type-unknown", "verification_type", "fax")
case("bill-without-document", "phone_number,verification_type\n4155550123,phone-bill\n4155550124,\n")
column("bill-with-document", "verification_type", "phone-bill", ",verification_document_sid", ",RI" + SID)
column("document-bad", "verification_document_sid", "RX" + SID)
column("extension-ok", "extension", "ww12#*3")
column("extension-comma", "extension", '"1,2"')
column("extension-letters", "extension", "ext 5")
column("extension-upper-w", "extension", "WW1")
column("extension-too-long", "extension", "1" * 65)
column("delay-ok", "call_delay", "30")
column("delay-long", "call_delay", "45")
column("delay-too-long", "call_delay", "61")
column("delay-negative", "call_delay", "-1")
column("delay-float", "call_delay", "5.0")
column("delay-unit", "call_delay", "5s")
column("delay-overflow", "call_delay", "99999999999999999999")
column("url-ok", "sms_url", "https://example.com/sms?x=1")
column("url-http", "status_callback_url", "http://example.com")
column("url-relative", "sms_url", "/sms")
column("url-no-scheme", "sms_url", "example.com/sms")
column("url-ftp", "sms_fallback_url", "ftp://example.com")
column("url-no-host", "sms_url", "https:///sms")
column("url-blank", "sms_url", "https://example.com/a b")
column("url-too-long", "sms_url", "https://example.com/" + "x" * 1010)
column("method-ok", "sms_method", "post")
column("method-bad", "sms_fallback_method", "PUT")
column("method-callback", "status_callback_method", "GET")
column("name-64", "friendly_name", "é" * 64)
column("name-65", "friendly_name", "x" * 65)
column("name-newline", "friendly_name", '"a\nb"')
column("title-too-long", "contact_title", "x" * 129)
column("contact-phone-ok", "contact_phone_number", "(212) 555-0199")
column("contact-phone-bad", "contact_phone_number", "12345")
column("contact-phone-extension", "contact_phone_number", "415-555-0123 x12")
column("contact-phone-abroad", "contact_phone_number", "+44 20 7946 0958")
column("contact-phone-neighbour", "contact_phone_number", "+1 876 555 0123")
column("contact-phone-service", "contact_phone_number", "911")
column("contact-phone-spreadsheet", "contact_phone_number", "1.41556E+10")
column("contact-phone-territory", "contact_phone_number", "787-555-0123")
column("site-too-long", "site", "x" * 129)
column("zone-ok", "time_zone", "America/Argentina/Buenos_Aires")
column("zone-utc", "time_zone", "UTC")
column("zone-abbreviation", "time_zone", "EST")
column("zone-offset", "time_zone", "UTC-5")
column("zone-path", "time_zone", "../../etc/passwd")
column("priority-ok", "priority", "9")
column("priority-high", "priority", "10")
column("priority-word", "priority", "high")
column("guarded-formula", "friendly_name", "'=SUM(A1)")
column("formula-kept", "note", "=1+1")

# --- groups, rejects, all bad
case("all-rows-bad", "phone_number\n1\n2\n3\n")
case("only-row-bad", "phone_number\n1\n")
case("many-of-a-kind", "phone_number\n" + "12345\n" * 30 + "4155550123\n")
case("rows-rejected-then-quote", 'phone_number,note\n12345,a\n787-555-0123,b\n4155550124,b"c\n')
case("several-messages", 'phone_number,sitte,email,call_delay\n12345,A,a@example.com,\n4155550123,B,,45\n'
     '4155550124,C,desk,\n(415) 555-0123,D,,\n787-555-0123,E,,40\n4155550125,F\n555-0123,G,,\n5550123,H,,\n')
case("first-trouble-of-a-row-counts", "phone_number,email,priority\n12345,desk,high\n4155550124,desk,high\n"
     "4155550125,,high\n4155550126,,\n")
case("rejects-file-mended", 'phone_number,site,reason\n4155550123,A,"line 17: phone_number: too few digits; x"\n')
case("rejects-file-not-mended", 'phone_number,site,reason\n415555012,A,line 17: x\n4155550124,B,line 18: y\n')
case("reason-column-inside-is-theirs", "phone_number,reason,site\n4155550123,because,A\n")


def main():
    os.makedirs(HERE, exist_ok=True)
    names = [name for name, data in cases]
    assert len(names) == len(set(names)), "a name stands twice"
    for old in os.listdir(HERE):
        if old != TABLE:
            os.unlink(os.path.join(HERE, old))
    for name, data in cases:
        with open(os.path.join(HERE, name + ".csv"), "wb") as file:
            file.write(data)
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
