/** What is read, with the spaces that hold a number and its unit together as plain ones. */
export const plainSpaces = (text: string): string => text.replaceAll("\u00a0", " ");
