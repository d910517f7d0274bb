// Writes schema.ts from the gateway's OpenAPI document: node generate.mjs [openapi.json] > schema.ts
// It knows the part of OpenAPI that the document uses, and stops at anything else rather than guess.
import { readFileSync } from "node:fs";

const file = process.argv[2] ?? new URL("../../docs/openapi.json", import.meta.url);
const api = JSON.parse(readFileSync(file, "utf8"));
const schemas = api.components.schemas;

const nameOf = (reference) => reference.slice("#/components/schemas/".length);
const comment = (text, indent = "") => (text ? `${indent}/** ${text.replaceAll("*/", "* /")} */\n` : "");

function typeOf(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  return [schema.type].flat().map((type) => simpleType(type, schema)).sort(nullLast).join(" | ");
}

function simpleType(type, schema) {
  switch (type) {
    case "string": case "boolean": case "null": return type;
    case "integer": case "number": return "number";
    case "array": return `readonly ${typeOf(schema.items)}[]`;
    default: throw new Error(`No TypeScript for ${JSON.stringify(schema)}`);
  }
}

const nullLast = (one, other) => (one === "null") - (other === "null");

function declare(name, schema) {
  if (!schema.properties) return `export type ${name} = ${schema.type === "object" ? "Record<string, never>" : typeOf(schema)};\n`;
  const members = Object.entries(schema.properties).map(([member, type]) => {
    const optional = schema.required?.includes(member) ? "" : "?";
    return `${comment(type.description, "  ")}  readonly ${member}${optional}: ${typeOf(type)};\n`;
  });
  return `${comment(schema.description)}export interface ${name} {\n${members.join("")}}\n`;
}

function operation(method, path, { summary, parameters = [], requestBody, responses }) {
  const content = requestBody?.content["application/json"].schema;
  const success = Object.entries(responses).find(([status]) => status.startsWith("2"))[1];
  const answer = success.content?.["application/json"].schema;
  const inPath = parameters.filter((parameter) => parameter.in === "path").map((parameter) => JSON.stringify(parameter.name));
  return `${comment(summary, "  ")}  readonly "${method.toUpperCase()} ${path}": {\n`
    + `    readonly path: ${inPath.join(" | ") || "never"};\n`
    + `    readonly body: ${content ? typeOf(content) : "undefined"};\n`
    + `    readonly answer: ${answer ? typeOf(answer) : "undefined"};\n  };\n`;
}

const operations = Object.entries(api.paths)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => operation(method, path, described)));
const problems = schemas.Problem.properties.type["x-extensible-enum"];

process.stdout.write(
  "// Written by generate.mjs from the gateway's OpenAPI document. Not to be edited.\n\n"
  + Object.entries(schemas).map(([name, schema]) => declare(name, schema)).join("\n")
  + `\n/** The types of problems that this version knows; there may be more. */\nexport type ProblemType =\n`
  + problems.map((type) => `  | ${JSON.stringify(type)}`).join("\n") + ";\n"
  + `\n/** What each operation takes and answers. */\nexport interface Operations {\n${operations.join("")}}\n`);
