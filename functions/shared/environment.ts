// Environment variables of a function: read once at start, and missed by name.

/** The value of a variable. Throws when it is unset or empty, which stops the function before it serves anything. */
export function environmentVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`environment variable ${name} is not set; the function cannot start without it`);
  }
  return value;
}

/** The value of a variable that holds a number, zero or more. Throws as `environmentVariable` does, and for anything else. */
export function environmentNumber(name: string): number {
  const value = Number(environmentVariable(name));
  if (!(value >= 0)) throw new Error(`environment variable ${name} is not a number of zero or more`);
  return value;
}

/** The value of a variable that must be one of a few; the first of them when it is unset. Throws for any other. */
export function environmentChoice<Choice extends string>(
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = process.env[name] ?? choices[0];
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) {
    throw new Error(`environment variable ${name} is ${value}; it must be one of ${choices.join(", ")}`);
  }
  return chosen;
}
