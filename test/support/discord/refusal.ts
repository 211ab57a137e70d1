/** What Discord says no with: an HTTP status, its own error code, and for a form the place of every error. */
export interface FormError {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly message: string;
}

export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly formErrors: readonly FormError[] = [],
  ) {
    super(message);
  }

  toJSON(): Record<string, unknown> {
    const body = { message: this.message, code: this.code };
    return this.formErrors.length === 0 ? body : { ...body, errors: tree(this.formErrors) };
  }

  /** One line for people who read a failed test. */
  get summary(): string {
    const places = this.formErrors.map((error) => `${error.path.join(".")}: ${error.message}`);
    return [`${this.code} ${this.message}`, ...places].join("; ");
  }
}

/** `errors.embeds.0.fields._errors[…]`, the nesting that discord.js flattens into its message. */
function tree(errors: readonly FormError[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const { path, code, message } of errors) {
    let node = root;
    for (const key of path) {
      node[String(key)] ??= {};
      node = node[String(key)] as Record<string, unknown>;
    }
    node["_errors"] = [...((node["_errors"] as unknown[] | undefined) ?? []), { code, message }];
  }
  return root;
}

export const refusals = {
  unauthorized: () => new Refusal(401, 0, "401: Unauthorized"),
  notFound: () => new Refusal(404, 0, "404: Not Found"),
  unknownChannel: () => new Refusal(404, 10003, "Unknown Channel"),
  unknownMessage: () => new Refusal(404, 10008, "Unknown Message"),
  unknownUser: () => new Refusal(404, 10013, "Unknown User"),
  unknownWebhook: () => new Refusal(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new Refusal(404, 10062, "Unknown interaction"),
  tooLarge: () => new Refusal(413, 40005, "Request entity too large"),
  alreadyAcknowledged: () => new Refusal(400, 40060, "Interaction has already been acknowledged."),
  missingAccess: () => new Refusal(403, 50001, "Missing Access"),
  foreignMessage: () => new Refusal(403, 50005, "Cannot edit a message authored by another user"),
  emptyMessage: () => new Refusal(400, 50006, "Cannot send an empty message"),
  cannotMessageUser: () => new Refusal(403, 50007, "Cannot send messages to this user"),
  invalidToken: () => new Refusal(401, 50027, "Invalid Webhook Token"),
  invalidRecipient: () => new Refusal(400, 50033, "Invalid Recipient(s)"),
  invalidForm: (errors: readonly FormError[]) => new Refusal(400, 50035, "Invalid Form Body", errors),
  invalidJson: () => new Refusal(400, 50109, "The request body contains invalid JSON."),
};
