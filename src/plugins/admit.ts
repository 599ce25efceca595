import { cacheUsers } from "../ecosystems/index.js";
import type { Ecosystem, Transform } from "../transform.js";
import { transforms as ownTransforms } from "../../transforms/index.js";
import { guardEcosystem } from "./ecosystem.js";
import { PluginError, readPlugin } from "./shape.js";
import { guardTransform } from "./transform.js";

/** A module's default export, and what people know it by: "./mine.js". */
export interface Candidate {
  readonly plugin: unknown;
  readonly from: string;
}

/** What plug-ins bring, fit for the engine. */
export interface Admitted {
  readonly transforms: readonly Transform[];
  readonly ecosystems: readonly Ecosystem[];
}

/** Checks plug-ins and puts a guard around all that they bring, in their order. Names are one space. @throws PluginError */
export function admit(candidates: readonly Candidate[]): Admitted {
  const taken = {
    transform: new Map(ownTransforms.map(({ name }) => [name, "dockopt itself"])),
    ecosystem: new Map(cacheUsers.map(({ name }) => [name, "dockopt itself"])),
  };
  const claim = (kind: keyof typeof taken, name: string, from: string): void => {
    const owner = taken[kind].get(name);
    if (owner !== undefined)
      throw new PluginError(`${from}: the ${kind} ${name} is there already, from ${owner}. Give yours another name.`);
    taken[kind].set(name, from);
  };
  const transforms: Transform[] = [];
  const ecosystems: Ecosystem[] = [];
  for (const { plugin: given, from } of candidates) {
    const { name, ...brought } = readPlugin(given, from);
    for (const one of brought.transforms ?? []) {
      claim("transform", one.name, from);
      transforms.push(guardTransform(one, name));
    }
    for (const one of brought.ecosystems ?? []) {
      claim("ecosystem", one.name, from);
      ecosystems.push(guardEcosystem(one, name));
    }
  }
  return { transforms, ecosystems };
}
