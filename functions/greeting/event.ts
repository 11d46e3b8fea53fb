// What the resolver of greeting asks for and gets. Resolvers import the types.

export interface GreetingEvent {
  readonly username: string;
  /** A BCP 47 language tag; null for none in particular. */
  readonly locale: string | null;
}

export interface GreetingResult {
  readonly message: string;
  /** Language of the text, as its parameter names it. */
  readonly locale: string;
}
