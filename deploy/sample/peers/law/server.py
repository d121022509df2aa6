"""A law service for the sample organisation: answers lawSearch.do and lawService.do in the published DRF XML format,
from the made-up law of ../../legal. No package serves this format, hence this small server.

Failures that the real service shows, each with HTTP 200, are chosen with LAW_FAULT: html (error page), bot (script page),
auth (caller not registered), failed (<result>실패</result>), empty (no body), garbage (broken XML), short (a list that gives
fewer rows than it says), slow (answers after a minute). LAW_SHAPE=old puts 목 inside 호, as before 2026-07-30. LAW_COPIES=n
lists n older copies before the decisions.
"""
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import drf

OC = os.environ.get("LAW_OC", "sample")
FAULT = os.environ.get("LAW_FAULT", "")
NOT_REGISTERED = ("<Response><result>사용자 정보 검증에 실패하였습니다.</result><msg>OPEN API 호출 시 사용자 검증을 위하여 "
                  "정확한 서버장비의 IP주소 및 도메인주소를 등록해 주세요.</msg></Response>")
HTML = "<!DOCTYPE html><html><head><title>오류</title></head><body>요청하신 페이지를 처리할 수 없습니다.</body></html>"
BOT = "<!DOCTYPE html><html><head><script>location.href='/check';</script></head><body></body></html>"
FAULTS = {"html": HTML, "bot": BOT, "auth": NOT_REGISTERED, "empty": "",
          "failed": "<Response><result>실패</result><msg>잠시 후 다시 시도하십시오</msg></Response>",
          "garbage": "<?xml version='1.0'?><LawSearch><totalCnt>3</totalCnt><law id='1'><법령ID>9000",
          "short": "<LawSearch><totalCnt>7</totalCnt><page>1</page><resultCode>00</resultCode></LawSearch>"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body in one packet
    organisation = None

    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if FAULT == "slow":
            time.sleep(60)
        if not url.path.endswith(("/lawSearch.do", "/lawService.do")):
            return self.reply(404, HTML)
        if FAULT in FAULTS:
            return self.reply(200, FAULTS[FAULT])
        # A missing Referer gets the same, misleading answer as a caller that is not registered.
        if query.get("OC") != OC or "Referer" not in self.headers:
            return self.reply(200, NOT_REGISTERED)
        answer = drf.search if url.path.endswith("/lawSearch.do") else drf.service
        self.reply(200, answer(self.organisation, query) or HTML)

    def reply(self, status, text):
        body = text.encode()
        kind = "text/html" if text.startswith("<!DOCTYPE") else "text/xml"
        self.send_response(status)
        self.send_header("Content-Type", kind + ";charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    Handler.organisation = drf.load(Path(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main()
