"""Submission on 127.0.0.1:$1 with login and STARTTLS (aiosmtpd); what it takes is delivered by Dovecot's LMTP at $2."""
import signal
import smtplib
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

PORT, LMTP, CERTIFICATE, KEY = sys.argv[1:5]


class Deliver:
    async def handle_DATA(self, server, session, envelope):
        with smtplib.LMTP(LMTP) as lmtp:
            refused = lmtp.sendmail(envelope.mail_from, envelope.rcpt_tos, envelope.original_content)
        return "554 refused" if refused else "250 queued"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"clerk" and data.password == b"sample")


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(CERTIFICATE, KEY)
controller = Controller(Deliver(), hostname="127.0.0.1", port=int(PORT), authenticator=authenticate,
                        auth_required=True, auth_require_tls=False, tls_context=context)
controller.start()
ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
ended.wait()
controller.stop()
