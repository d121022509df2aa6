// A Sparkplug B edge node (Eclipse Tahu's client) for the tags of plant.json with source "sparkplug", beside a mosquitto
// broker that this process starts and stops. Environment: PORT, DATA, PLANT; for TLS see start.sh.
const { readFileSync, writeFileSync } = require("node:fs");
const { execFileSync, spawn } = require("node:child_process");
const sparkplug = require("sparkplug-client");

const plant = JSON.parse(readFileSync(process.env.PLANT, "utf8"));
const tags = plant.tags.filter((tag) => tag.source === "sparkplug");
const { group, edge } = tags[0];
const devices = [...new Set(tags.map((tag) => tag.device))];

const { PORT, DATA, PEER_TLS: folder, PEER_MUTUAL, PEER_PLAIN_PORT, PEER_LOGIN } = process.env;
const plainPort = folder ? PEER_PLAIN_PORT : PORT;
const plain = `listener ${plainPort} 127.0.0.1\nallow_anonymous true\npersistence false\n`;
// `user root`: keys and passwords lie where only the user who starts it may read.
const tls = () => `per_listener_settings true\nuser root\nlog_type all\n${plain}listener ${PORT} 127.0.0.1
allow_anonymous false\npassword_file ${DATA}/passwords\ncafile ${folder}/ca.pem\ncertfile ${folder}/serving.pem\nkeyfile ${folder}/serving.key
require_certificate ${PEER_MUTUAL === "1"}\n`;
if (folder) execFileSync("mosquitto_passwd", ["-b", "-c", `${DATA}/passwords`, ...PEER_LOGIN.split(":")]);
writeFileSync(`${DATA}/mosquitto.conf`, folder ? tls() : plain);
const broker = spawn("/usr/sbin/mosquitto", ["-c", `${DATA}/mosquitto.conf`], { stdio: "inherit" });
broker.on("exit", (code) => process.exit(code ?? 1));
const stop = () => { broker.kill("SIGTERM"); setTimeout(() => process.exit(0), 500); };
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

const metrics = (device) => tags.filter((tag) => tag.device === device).map((tag) => ({
  name: tag.metric, type: "Double", timestamp: Date.now(),
  value: Math.round((tag.mean + tag.noise * Math.sin(Date.now() / 60_000)) * 1000) / 1000,
}));

function birth(client) {
  client.publishNodeBirth({ timestamp: Date.now(), metrics: [{ name: "Node Control/Rebirth", type: "Boolean", value: false }] });
  for (const device of devices) client.publishDeviceBirth(device, { timestamp: Date.now(), metrics: metrics(device) });
  writeFileSync(`${DATA}/ready`, "born\n");
}

setTimeout(() => {
  const client = sparkplug.newClient({
    serverUrl: `tcp://127.0.0.1:${plainPort}`, username: "", password: "", groupId: group, edgeNode: edge,
    clientId: `edge-${edge}`, version: "spBv1.0",
  });
  client.on("birth", () => birth(client));
  client.on("ncmd", (payload) => {
    if (payload.metrics.some((metric) => metric.name === "Node Control/Rebirth" && metric.value)) birth(client);
  });
  setInterval(() => devices.forEach((device) => client.publishDeviceData(device, { timestamp: Date.now(), metrics: metrics(device) })), 2_000);
}, 500);
