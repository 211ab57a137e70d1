/** A WebSocket client that keeps what it hears and can wait for a number of frames. */

// biome-ignore lint/suspicious/noExplicitAny: the tests read frames as a client without types would
export type Frame = any;

export interface StreamClient {
  readonly frames: Frame[];
  /** Waits until there are that many frames. */
  heard(count: number): Promise<Frame[]>;
  /** Sends a request and waits for the answer with its id; frames heard meanwhile stay. */
  ask(request: object): Promise<Frame>;
  send(text: string): void;
  /** Resolves with the close code once the connection has ended. */
  readonly ended: Promise<number>;
  close(): void;
}

export async function listen(url: string): Promise<StreamClient> {
  const socket = new WebSocket(url);
  const frames: Frame[] = [];
  const answers = new Map<unknown, (answer: Frame) => void>();
  let onFrame = (): void => {};
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(String(data));
    const answer = answers.get(frame.id);
    if (answer) return answer(frame);
    frames.push(frame);
    onFrame();
  };
  const ended = new Promise<number>((resolve) =>
    socket.addEventListener("close", ({ code }) => resolve(code)),
  );
  await new Promise<unknown>((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  let nextId = 1;
  return {
    frames,
    heard: (count) =>
      new Promise((resolve) => {
        onFrame = () => {
          if (frames.length >= count) resolve(frames);
        };
        onFrame();
      }),
    ask: (request) =>
      new Promise((resolve) => {
        const id = nextId++;
        answers.set(id, resolve);
        socket.send(JSON.stringify({ ...request, id }));
      }),
    send: (text) => socket.send(text),
    ended,
    close: () => socket.close(),
  };
}
