import type { PersonView } from "../../src/chat/house-capabilities.ts";

/** `telegram:123, discord:456`: as commands take them. */
export const linkedAccounts = ({ accounts }: Pick<PersonView, "accounts">): string =>
  accounts.map(({ accountId, platform }) => `${platform}:${accountId}`).join(", ");
