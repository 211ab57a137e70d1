import type { PeopleRefusal } from "../../src/chat/house-capabilities.ts";

export const PEOPLE_REFUSALS: Readonly<Record<PeopleRefusal, string>> = {
  no_such_person: "Nobody here has that number or account; /roles lists everyone.",
  last_admin: "That is the last admin; make somebody else admin first.",
  bad_account: "That account cannot be used; type the numeric id that /whoami shows.",
  already_so: "It is so already; /roles lists everyone.",
};
