// Runs `@immich/cli`: node commands.mjs < the line of `immich-fake`.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const server = JSON.parse(readFileSync(0, "utf8"));
const report = { calls: 0, decoded: 0, known: 0, refused: {}, undecodable: [], notImplemented: [], faults: [], notCalled: [] };
rmSync("photos", { recursive: true, force: true });
mkdirSync("photos/below", { recursive: true });
for (const name of ["one.jpg", "two.png", "below/three.jpg"]) writeFileSync(`photos/${name}`, `photo ${name}`);

function run(...parts) {
  const command = [process.execPath, ["node_modules/@immich/cli/bin/immich", "--config-directory", "config", ...parts]];
  const { status, stdout, stderr } = spawnSync(...command, { encoding: "utf8" });
  if (status !== 0) report.undecodable.push(`immich ${parts[0]}: exit code ${status}: ${(stderr || stdout).slice(-300)}`);
  return stdout;
}
run("login", server.apiUrl, server.apiKey);
const info = run("server-info");
if (!info.includes("Images: 0")) report.faults.push(`server-info: ${info}`);
run("upload", "--recursive", "--album", "photos");
run("upload", "--recursive", "--album-name", "Again", "photos");
if (!run("server-info").includes("Images: 3")) report.faults.push("the photos were not uploaded");
run("logout");

const requests = await (await fetch(`${server.url}/_fake/requests`)).json();
for (const { operation, status } of requests) {
  report.calls += 1;
  if (status === 501) report.notImplemented.push(operation);
  else if (status >= 400) {
    report.refused[status] = (report.refused[status] ?? 0) + 1;
    report.faults.push(`${operation}: refused with ${status}`);
  } else report.decoded += 1;
}
console.log(JSON.stringify(report));
