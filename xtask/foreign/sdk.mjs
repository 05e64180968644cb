// Runs the scenario with a version of `@immich/sdk`: node sdk.mjs SCENARIO DESCRIPTION < the line of `immich-fake`.
// The client does not check what it gets, so that responses are checked against the description of the version.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { resolve as absolute } from "node:path";

const [scenario, descriptionFile] = process.argv.slice(2);
const server = JSON.parse(readFileSync(0, "utf8"));
const installed = createRequire(absolute("package.json")).resolve("@immich/sdk");
const sdk = await import(pathToFileURL(installed).href);
const description = JSON.parse(readFileSync(descriptionFile, "utf8"));
const operations = {};
for (const methods of Object.values(description.paths))
  for (const operation of Object.values(methods)) operations[operation.operationId] = operation;

// The last response, as it was on the wire.
let wire;
const send = globalThis.fetch;
globalThis.fetch = async (...request) => {
  const response = await send(...request);
  wire = { status: response.status, type: response.headers.get("content-type") ?? "", text: await response.clone().text() };
  return response;
};
sdk.init({ baseUrl: server.apiUrl, apiKey: "unused" });
delete sdk.defaults.headers["x-api-key"];

const kept = { ...server, adminKey: server.apiKey };
function filled(value) {
  if (Array.isArray(value)) return value.map(filled);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one)]));
  if (typeof value !== "string" || !value.startsWith("$")) return value;
  if (!(value.slice(1) in kept)) throw new Error(`${value} was not kept`);
  return kept[value.slice(1)];
}

/// The first difference between a value and its schema; undefined if there is none.
function difference(value, schema, path) {
  if (schema.$ref) return difference(value, description.components.schemas[schema.$ref.split("/").pop()], path);
  // `nullable` stands beside a reference too.
  if (value === null) return schema.nullable || Object.keys(schema).length === 0 ? undefined : `${path} is null`;
  if (schema.allOf) return schema.allOf.map((one) => difference(value, one, path)).find(Boolean);
  const some = schema.anyOf ?? schema.oneOf;
  if (some) return some.some((one) => !difference(value, one, path)) ? undefined : `${path} fits no alternative`;
  if (schema.enum && !schema.enum.includes(value)) return `${path} is ${JSON.stringify(value)}`;
  const type = Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
  if (schema.type && type !== schema.type && !(type === "integer" && schema.type === "number")) return `${path} is of type ${type}`;
  if (type === "array") return value.map((one, at) => difference(one, schema.items ?? {}, `${path}[${at}]`)).find(Boolean);
  if (type !== "object") return undefined;
  const missing = (schema.required ?? []).find((name) => !(name in value));
  if (missing) return `${path}.${missing} is missing`;
  return Object.entries(value).map(([name, one]) => schema.properties?.[name] && difference(one, schema.properties[name], `${path}.${name}`)).find(Boolean);
}

const isIn = ({ since, before }) => {
  const version = server.version.split(".").map(Number);
  const compare = (bound) => bound.map((part, at) => version[at] - part).find((part) => part) ?? 0;
  return (!since || compare(since) >= 0) && (!before || compare(before) < 0);
};
const report = { calls: 0, decoded: 0, refused: {}, undecodable: [], notImplemented: [], faults: [], notCalled: [] };
const called = new Set();

for (const line of readFileSync(scenario, "utf8").split("\n")) {
  if (!line.startsWith("{")) continue;
  const step = JSON.parse(line);
  const name = step.do.split("|").find((one) => typeof sdk[one] === "function" || typeof sdk[one.replace("OAuth", "Oauth")] === "function");
  if (!isIn(step) || !name) continue;
  const call = sdk[name] ?? sdk[name.replace("OAuth", "Oauth")];
  const fault = (text) => report.faults.push(`${name}: ${text}`);
  let failure, refused = false;
  wire = undefined;
  try {
    const headers = {};
    const as = filled(step.as ?? "$adminKey");
    if (as.token) headers.authorization = `Bearer ${as.token}`;
    else if (as !== "nobody") headers["x-api-key"] = as;
    const given = { ...filled(step.with ?? {}) };
    const names = /^[^{]*\(\{([^}]*)\}/.exec(call.toString())?.[1].split(",").map((one) => one.split(":")[0].trim()) ?? [];
    // A name that is a word of the language begins with `$`.
    for (const reserved of names.filter((one) => one.startsWith("$") && one.slice(1) in given)) given[reserved] = given[reserved.slice(1)];
    const dto = names.find((one) => one.endsWith("Dto"));
    if (step.form) {
      const fields = Object.entries(filled(step.form));
      given[dto] = Object.fromEntries(fields.map(([field, value]) => [field, value.file ? new File([value.text], value.file) : value]));
    } else if (step.body !== undefined) given[dto] = filled(step.body);
    called.add(name);
    report.calls += 1;
    await (names.length ? call(given, { headers, redirect: "manual" }) : call({ headers, redirect: "manual" }));
  } catch (error) {
    failure = error;
  }
  const success = Object.keys(operations[name]?.responses ?? {}).filter((status) => status < 400).map(Number);
  if (!wire) fault(`no request: ${failure}`);
  else if (wire.status === 501) report.notImplemented.push(name);
  else if (wire.status >= 400) {
    report.refused[wire.status] = (report.refused[wire.status] ?? 0) + 1;
    refused = true;
    if (wire.status !== step.refused) fault(`refused with ${wire.status}: ${wire.text.slice(0, 200)}`);
  } else if (step.refused) fault(`${wire.status} instead of ${step.refused}`);
  else if (success.length && !success.includes(wire.status) && step.accepted !== wire.status) fault(`status ${wire.status} is not described`);
  if (!wire || refused || wire.status >= 400) continue;
  let json;
  try {
    json = wire.type.includes("jsonlines") ? wire.text.trim().split("\n").map((one) => JSON.parse(one)) : JSON.parse(wire.text);
  } catch { /* files and empty responses */ }
  const schema = operations[name]?.responses?.[wire.status]?.content?.["application/json"]?.schema;
  const wrong = schema && !wire.type.includes("jsonlines") ? difference(json ?? null, schema, "") : undefined;
  if (wrong || (failure && wire.status < 300)) report.undecodable.push(`${name}: ${wrong ?? failure}`);
  else report.decoded += 1;
  for (const [key, path] of Object.entries(step.keep ?? {})) {
    const optional = path.endsWith("?");
    const value = path.replace("?", "").split(".").filter(Boolean).reduce((at, part) => at?.[part], json);
    if (value !== undefined) kept[key] = value;
    else if (!optional) fault(`${path} is not in the response`);
  }
}
report.notCalled = Object.keys(operations).filter((name) => typeof sdk[name] === "function" && !called.has(name));
console.log(JSON.stringify(report));
