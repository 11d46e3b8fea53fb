// Values that are there already or come later. Most fields of an answer are members of what is there already, and waiting
// for each of them would cost more than all the rest.

export type MaybePromise<Value> = Value | Promise<Value>;

/** Goes on at once with a value that is there. */
export function whenThere<Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => Next,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Waits only where there is something to wait for: most fields are members of what is there already. */
export function whenAll<Next>(
  values: readonly MaybePromise<unknown>[],
  next: (values: readonly unknown[]) => Next,
): MaybePromise<Next> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values).then(next) : next(values);
}
