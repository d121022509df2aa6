// An OPC UA server for the plant of deploy/sample/manufacturing/plant.json: node-opcua, configured.
// Environment: PORT, DATA (certificates), PLANT (the file). History is made anew at each start, relative to now.
import { readFileSync, writeFileSync } from "node:fs";
import {
  AccessLevelFlag, DataType, DataValue, OPCUAServer, OPCUACertificateManager, MessageSecurityMode, SecurityPolicy, StatusCodes, Variant,
} from "node-opcua";

const plant = JSON.parse(readFileSync(process.env.PLANT, "utf8"));
const startedAt = Date.now();
const minute = 60_000;

// What people call it, in each language that the plant writes it in.
const names = ({ name, name_en }) => [{ locale: "ko", text: name }, ...(name_en ? [{ locale: "en", text: name_en }] : [])];

// The same time and tag give the same noise: -1..1, roughly normal.
function noise(tag, time) {
  let sum = 0;
  for (let k = 0; k < 4; ++k) {
    let h = 2166136261 ^ Math.floor(time / 1000) ^ (k * 0x9e3779b9);
    for (const c of tag) h = Math.imul(h ^ c.charCodeAt(0), 16777619);
    h = Math.imul(h ^ (h >>> 15), 2246822519);
    sum += ((h ^ (h >>> 13)) >>> 0) / 2 ** 32 - 0.5;
  }
  return sum;
}

function valueAt(tag, time) {
  const phase = (2 * Math.PI * (time % (24 * 60 * minute))) / (24 * 60 * minute);
  let value = tag.mean + (tag.daily ?? 0) * Math.sin(phase) + (tag.noise ?? 0) * noise(tag.id, time) * 1.7;
  if (tag.event) {
    const begin = startedAt - tag.event.minutes_ago * minute;
    const share = Math.min(1, Math.max(0, (time - begin) / (tag.event.over_minutes * minute)));
    value += tag.event.change * share;
  }
  return Math.round(value * 1000) / 1000;
}

function sample(tag, time, now = false) {
  const bad = now && tag.bad_now;
  return new DataValue({
    value: new Variant({ dataType: DataType.Double, value: valueAt(tag, time) }),
    sourceTimestamp: new Date(time),
    statusCode: bad ? StatusCodes.BadSensorFailure : StatusCodes.Good,
  });
}

async function fillHistory(variable, tag) {
  const { days, step_seconds, recent_hours, recent_step_seconds } = plant.history;
  const recent = startedAt - recent_hours * 60 * minute;
  for (let t = startedAt - days * 24 * 60 * minute; t < recent; t += step_seconds * 1000) {
    await variable.varHistorian.push(sample(tag, t));
  }
  for (let t = recent; t < startedAt; t += recent_step_seconds * 1000) await variable.varHistorian.push(sample(tag, t));
}

async function addTag(server, namespace, tag, assets) {
  const { addressSpace } = server.engine;
  const variable = namespace.addAnalogDataItem({
    componentOf: assets.get(tag.asset), nodeId: `s=${tag.id}`, browseName: tag.id, displayName: names(tag), dataType: "Double",
    definition: tag.id, engineeringUnitsRange: { low: tag.low, high: tag.high }, historizing: true,
    accessLevel: AccessLevelFlag.CurrentRead | AccessLevelFlag.HistoryRead, userAccessLevel: AccessLevelFlag.CurrentRead | AccessLevelFlag.HistoryRead,
  });
  addressSpace.installHistoricalDataNode(variable, { maxOnlineValues: 100_000 });
  await fillHistory(variable, tag);
  const live = () => {
    const now = sample(tag, Date.now(), true);
    variable.setValueFromSource(now.value, now.statusCode, now.sourceTimestamp);
  };
  live();
  setInterval(live, 2_000).unref();
  return variable;
}

// A value that is held and not measured: a set point, which clients may write, or a state of the plant. `device` is how
// the controller behind it behaves: answers_after_ms, takes_after_ms, deaf (says yes and keeps its value), breaks_at (a
// value at which it fails).
function addHeld(namespace, entry, assets, access) {
  const { answers_after_ms = 0, takes_after_ms = 0, deaf = false, breaks_at = null } = entry.device ?? {};
  const hold = (value, statusCode) => new DataValue({
    value: new Variant({ dataType: DataType[entry.type], value }), sourceTimestamp: new Date(), statusCode,
  });
  let held = hold(entry.value, entry.bad_now ? StatusCodes.BadSensorFailure : StatusCodes.Good);
  const take = ({ value }) => {
    if (!deaf) held = hold(value.value, value.value === breaks_at ? StatusCodes.BadSensorFailure : StatusCodes.Good);
  };
  const set = (written, callback) => {
    takes_after_ms > 0 ? setTimeout(take, takes_after_ms, written) : take(written);
    setTimeout(callback, answers_after_ms, null, StatusCodes.Good);
  };
  const range = entry.type === "Boolean" ? {} : {
    engineeringUnitsRange: { low: entry.low, high: entry.high }, instrumentRange: { low: entry.low, high: entry.high },
  };
  const add = entry.type === "Boolean" ? namespace.addVariable : namespace.addAnalogDataItem;
  add.call(namespace, {
    componentOf: assets.get(entry.asset), nodeId: `s=${entry.id}`, browseName: entry.id, displayName: names(entry), dataType: entry.type,
    definition: entry.id, ...range, accessLevel: access, userAccessLevel: access, minimumSamplingInterval: 200,
    value: { timestamped_get: () => held, timestamped_set: set },
  });
}

function raise(namespace, entry, variable, asset) {
  const alarm = namespace.instantiateAlarmCondition("AlarmConditionType", {
    browseName: entry.id, nodeId: `s=alarm/${entry.id}`, componentOf: asset, conditionName: entry.id,
    conditionSource: asset, inputNode: variable, conditionClass: "ProcessConditionClassType",
    optionals: ["ConfirmedState", "Confirm"],  // with it an acknowledged alarm stays retained while it is active
  }, {});
  alarm.sourceName.setValueFromSource({ dataType: DataType.String, value: entry.tag });
  const since = new Date(startedAt - entry.minutes_ago * minute);
  const state = alarm.currentBranch();
  state.setActiveState(true, { transitionTime: since, effectiveTransitionTime: since });
  state.setAckedState(false);
  alarm.raiseNewCondition({ message: entry.message, severity: entry.severity, quality: StatusCodes.Good, retain: true, time: since });
}

async function fill(server) {
  const { addressSpace } = server.engine;
  const namespace = addressSpace.registerNamespace(plant.namespace);
  addressSpace.installAlarmsAndConditionsService();
  const site = namespace.addObject({ organizedBy: addressSpace.rootFolder.objects, browseName: plant.site, notifierOf: addressSpace.rootFolder.objects.server });
  const assets = new Map(plant.assets.map((a) => [a.id,
    namespace.addObject({ componentOf: site, nodeId: `s=${a.id}`, browseName: a.id, displayName: names(a), eventNotifier: 1, eventSourceOf: site })]));
  const tags = new Map();
  for (const tag of plant.tags.filter((t) => t.source === "opcua")) tags.set(tag.id, await addTag(server, namespace, tag, assets));
  const read = AccessLevelFlag.CurrentRead;
  for (const state of plant.states) addHeld(namespace, state, assets, read);
  for (const point of plant.setpoints) addHeld(namespace, point, assets, point.read_only ? read : read | AccessLevelFlag.CurrentWrite);
  for (const alarm of plant.alarms) {
    const tag = plant.tags.find((t) => t.id === alarm.tag);
    raise(namespace, alarm, tags.get(alarm.tag), assets.get(tag.asset));
  }
}

const certificates = new OPCUACertificateManager({ automaticallyAcceptUnknownCertificate: true, rootFolder: `${process.env.DATA}/pki` });
await certificates.initialize();
const server = new OPCUAServer({
  port: Number(process.env.PORT), host: "127.0.0.1", hostname: "127.0.0.1", resourcePath: "/plant", alternateHostname: ["localhost", "127.0.0.1"],
  serverInfo: { applicationUri: "urn:gaon:plant:server" }, serverCertificateManager: certificates,
  securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
  securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256], allowAnonymous: true,
  userManager: { isValidUser: (name, password) => name === "maru" && password === "maru-plant" },
});
await server.initialize();
await fill(server);
await server.start();
writeFileSync(`${process.env.DATA}/server.der`, server.getCertificate());
const stop = async () => { await server.shutdown(0); process.exit(0); };
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
