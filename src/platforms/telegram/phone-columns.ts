/** What a bubble on a 390 pixel wide phone shows of fixed-width text without breaking a line. */
export const PHONE_COLUMNS = 34;
