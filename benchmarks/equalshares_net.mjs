// Run by Node, apart from the product: the tool of equalshares.net, from its own folder, reads a file and counts it
// with each completion named. Prints a line of JSON: completion -> winners.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const [folder, path, ...completions] = process.argv.slice(2);
const script = (...name) => readFileSync(join(folder, "js", ...name), "utf8");

const reader = vm.createContext({});
vm.runInContext(script("pabulibParser.js").replace("export function", "function"), reader);
const instance = reader.parsePabulibFromString(readFileSync(path, "utf8"));

function winners(completion) {
  let result;
  const worker = vm.createContext({
    performance,
    postMessage: (message) => { if (message.type === "result") result = message.winners; },
    importScripts: (name) => vm.runInContext(script(name), worker),
  });
  vm.runInContext("var self = globalThis, window = globalThis;" + script("methodOfEqualSharesWorker.js"), worker);
  const ids = Object.keys(instance.projects).sort();
  const params = {
    tieBreaking: ["minCost", "maxVotes", ids], completion, add1options: [], comparison: "none",
    accuracy: "floats", increment: 1,
  };
  worker.onmessage({ data: { instance, params } });
  return result;
}

console.log(JSON.stringify(Object.fromEntries(completions.map((each) => [each, winners(each)]))));
