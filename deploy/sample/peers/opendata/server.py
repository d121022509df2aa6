"""A small server in the format of the public data portal; nobody but the portal serves it, so there is no package to run.

Forecasts and measurements are fiction, computed from the hour asked for. Formats: KMA VilageFcstInfoService 2.0,
AirKorea ArpltnInforInqireSvc 1.3, KASI SpcdeInfoService.
"""
import datetime
import http.server
import json
import os
import sys
import urllib.parse

SAMPLE = json.load(open(sys.argv[1], encoding="utf-8"))
SEOUL = datetime.timezone(datetime.timedelta(hours=9))
FAULTS = {
    "quota": '<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg>'
             '<returnAuthMsg>LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR</returnAuthMsg>'
             '<returnReasonCode>22</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>',
    "key": '<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg>'
           '<returnAuthMsg>SERVICE_KEY_IS_NOT_REGISTERED_ERROR</returnAuthMsg>'
           '<returnReasonCode>30</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>',
    "error_in_200": json.dumps({"response": {"header": {"resultCode": "01", "resultMsg": "APPLICATION_ERROR"}}}),
    "garbage": "<html>점검 중</html>",
}


# Faults of a list: it says not how long it is, counts what it does not give, gives its first page for every page, or
# never ends.
LIST_FAULTS = {"uncounted", "short", "same_page", "endless"}
ROWS_MAX = int(os.environ.get("OPENDATA_ROWS_MAX", "1000"))  # in a page, however many are asked for


def page_of(items, asked, fault):
    number, rows = int(asked.get("pageNo", 1)), min(int(asked.get("numOfRows", 10)), ROWS_MAX)
    if fault in ("same_page", "endless"):
        shown = [dict(item, seq=number if fault == "endless" else 1) for item in items[:rows]]
    else:
        shown = items[(number - 1) * rows:number * rows]
    total = 10 ** 6 if fault in LIST_FAULTS else len(items)
    body = {"items": {"item": shown} if shown else "", "numOfRows": rows, "pageNo": number, "totalCount": total}
    if fault == "uncounted":
        del body["totalCount"]
    return body


def envelope(items, asked, fault):
    code, words = ("00", "NORMAL_SERVICE") if items else ("03", "NO_DATA")
    body = page_of(items, asked, fault) if items else {}
    return json.dumps({"response": {"header": {"resultCode": code, "resultMsg": words}, "body": body}}, ensure_ascii=False)


def forecast(asked):
    base = datetime.datetime.strptime(asked["base_date"] + asked["base_time"], "%Y%m%d%H%M")
    if base.hour % 3 != 2 or int(asked["nx"]) <= 0:
        return []
    rows = []
    for step in range(1, 60):
        at = base + datetime.timedelta(hours=step)
        values = {"TMP": str(8 - abs(at.hour - 14) // 2), "POP": str(at.day * 7 % 60), "SKY": "134"[at.day % 3], "PTY": "0", "REH": "55", "WSD": "2.4"}
        rows += [{"baseDate": asked["base_date"], "baseTime": asked["base_time"], "category": name, "fcstDate": at.strftime("%Y%m%d"),
                  "fcstTime": at.strftime("%H00"), "fcstValue": value, "nx": int(asked["nx"]), "ny": int(asked["ny"])}
                 for name, value in values.items()]
    return rows


def air(asked):
    if asked["stationName"] not in SAMPLE["stations"]:
        return []
    now = datetime.datetime.now(SEOUL).replace(minute=0)
    rows = []
    for back in range(24 if asked["dataTerm"] == "DAILY" else 24 * 30):
        at = now - datetime.timedelta(hours=back)
        text = at.strftime("%Y-%m-%d %H:00")
        if at.hour == 0:  # the network writes midnight as 24 o'clock of the day before
            text = (at - datetime.timedelta(days=1)).strftime("%Y-%m-%d 24:00")
        rows.append({"dataTime": text, "pm10Value": str(30 + at.hour), "pm25Value": "-" if at.hour == 5 else str(12 + at.hour // 2),
                     "o3Value": "0.021", "khaiValue": "58"})
    return rows


def holidays(asked):
    month = asked["solMonth"]
    return [{"locdate": int(asked["solYear"] + month + day), "dateName": name, "isHoliday": "Y", "dateKind": "01", "seq": 1}
            for day, name in SAMPLE["holidays"].get(month, {}).items()]


SERVICES = {
    "/1360000/VilageFcstInfoService_2.0/getVilageFcst": forecast,
    "/B552584/ArpltnInforInqireSvc/getMsrstnAcctoRltmMesureDnsty": air,
    "/B090041/openapi/service/SpcdeInfoService/getRestDeInfo": holidays,
}


class Portal(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(url.query))
        service, fault = SERVICES.get(url.path), os.environ.get("OPENDATA_FAULT", "")
        if service is None:
            return self.send_error(404)
        if asked.get("serviceKey") != "sample":
            fault = "key"
        self.answer(FAULTS[fault] if fault in FAULTS else envelope(service(asked), asked, fault))

    def answer(self, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml" if text.startswith("<") else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Portal).serve_forever()
