/** Waits for the end: SIGTERM or Ctrl-C. The third signal while draining ends the process at once. */
export function untilSignal(): Promise<"SIGTERM" | "SIGINT"> {
  return new Promise((resolve) => {
    let seen = 0;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        seen += 1;
        // A terminal may deliver Ctrl-C twice, through the package runner and directly.
        if (seen > 2) process.exit(130);
        resolve(signal);
      });
    }
  });
}
