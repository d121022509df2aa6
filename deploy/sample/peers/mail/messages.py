"""Puts the messages of the sample into the clerk's INBOX, dated relative to today."""
import datetime
import email.message
import email.policy
import email.utils
import imaplib
import json
import pathlib
import sys
import time

PORT, LIST, DATA = int(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
SEOUL = datetime.timezone(datetime.timedelta(hours=9))


def day(text, now):
    if text.startswith("last_week"):
        monday = now - datetime.timedelta(days=now.weekday() + 7)
        return monday + datetime.timedelta(days=int(text.removeprefix("last_week")))
    return now + datetime.timedelta(days=int(text))


def message(entry, number, at):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"] = entry["from"], "민원 담당 <clerk@gaon.example>"
    mail["Subject"], mail["Date"] = entry["subject"], email.utils.format_datetime(at)
    mail["Message-ID"] = f"<sample-{number}@gaon.example>"
    mail.set_content(entry["body"])
    if "attachment" in entry:
        file = (DATA / pathlib.Path(entry["attachment"]["source"]).with_suffix(".hwpx").name).read_bytes()
        mail.add_attachment(file, maintype="application", subtype="hwp+zip", filename=entry["attachment"]["name"])
    return mail.as_bytes()


def connect():
    for _ in range(300):
        try:
            imap = imaplib.IMAP4("127.0.0.1", PORT)
            imap.login("clerk", "sample")
            return imap
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.2)
    sys.exit("the IMAP server does not answer")


imap, now = connect(), datetime.datetime.now(SEOUL).replace(hour=9, minute=30, second=0, microsecond=0)
if imap.select("INBOX")[1] != [b"0"]:  # what an interrupted seeding left
    imap.store("1:*", "+FLAGS", "\\Deleted")
    imap.expunge()
for number, entry in enumerate(json.load(open(LIST, encoding="utf-8")), 1):
    at = day(entry["days"], now)
    imap.append("INBOX", None, imaplib.Time2Internaldate(at), message(entry, number, at))
imap.logout()
