/** A value that a name has from some time on; none: it was taken away. */
interface Change<V> {
  readonly from: number;
  readonly value: { readonly is: V } | undefined;
}

/** All that has ever been set, and how often something was. */
interface Table<V> {
  readonly changes: Map<string, Change<V>[]>;
  time: number;
}

/**
 * Variables at one instruction. Those of the instructions before and behind it are readings of the same table at other times, so that a
 * thousand ENVs take the room of a thousand pairs, not of a million. Never changes; `with` and `without` give another.
 */
export class Variables<V> implements ReadonlyMap<string, V> {
  private constructor(
    private readonly table: Table<V>,
    private readonly time: number,
  ) {}

  static of<V>(pairs: Iterable<readonly [string, V]> = []): Variables<V> {
    let all = new Variables<V>({ changes: new Map(), time: 0 }, 0);
    for (const [name, value] of pairs) all = all.with(name, value);
    return all;
  }

  with(name: string, value: V): Variables<V> {
    return this.changed(name, { is: value });
  }

  without(name: string): Variables<V> {
    return this.has(name) ? this.changed(name, undefined) : this;
  }

  get(name: string): V | undefined {
    return this.find(name)?.is;
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  get size(): number {
    return [...this.keys()].length;
  }

  *entries(): MapIterator<[string, V]> {
    for (const name of this.table.changes.keys()) {
      const found = this.find(name);
      if (found !== undefined) yield [name, found.is];
    }
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(call: (value: V, name: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [name, value] of this) call(value, name, this);
  }

  private find(name: string): Change<V>["value"] {
    return this.table.changes.get(name)?.findLast((one) => one.from <= this.time)?.value;
  }

  /** Goes on in the same table, unless another stage has done so from here. */
  private changed(name: string, value: Change<V>["value"]): Variables<V> {
    const table = this.table.time === this.time ? this.table : this.copied();
    table.time++;
    const changes = table.changes.get(name) ?? [];
    changes.push({ from: table.time, value });
    table.changes.set(name, changes);
    return new Variables(table, table.time);
  }

  private copied(): Table<V> {
    const changes = [...this].map(([name, is]): [string, Change<V>[]] => [name, [{ from: this.time, value: { is } }]]);
    return { changes: new Map(changes), time: this.time };
  }
}
