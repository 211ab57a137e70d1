import { describe, expect, test } from "bun:test";
import { exchangeOrigin, exchangeSymbol } from "../../src/binance/endpoint.ts";
import { InputError } from "../../src/core/errors.ts";

describe("an address of the exchange", () => {
  test.each<[string, "rest" | "stream", string]>([
    ["https://data-api.binance.vision", "rest", "https://data-api.binance.vision"],
    ["https://data-api.binance.vision/", "rest", "https://data-api.binance.vision"],
    ["wss://stream.binance.com:9443", "stream", "wss://stream.binance.com:9443"],
    ["http://127.0.0.1:8080", "rest", "http://127.0.0.1:8080"],
    ["http://localhost:8080", "rest", "http://localhost:8080"],
    ["ws://[::1]:8080", "stream", "ws://[::1]:8080"],
  ])("%s may be used for %s", (text, kind, origin) => {
    expect(exchangeOrigin(text, kind)).toBe(origin);
  });

  test.each<[string, "rest" | "stream"]>([
    ["", "rest"],
    ["data-api.binance.vision", "rest"],
    ["http://data-api.binance.vision", "rest"],
    ["http://10.0.0.1", "rest"],
    ["http://localhost.example.com", "rest"],
    ["http://127.0.0.1.example.com", "rest"],
    ["ws://data-stream.binance.vision", "stream"],
    ["https://data-stream.binance.vision", "stream"],
    ["wss://data-api.binance.vision", "rest"],
    ["file:///etc/passwd", "rest"],
    ["https://testnet.binance.vision/api", "rest"],
    ["https://data-api.binance.vision/?key=1", "rest"],
    ["https://data-api.binance.vision/#x", "rest"],
  ])("%p may not be used for %s", (text, kind) => {
    expect(() => exchangeOrigin(text, kind)).toThrow(InputError);
  });

  test("with a password in it is refused without repeating the password", () => {
    try {
      exchangeOrigin("https://me:hunter2@data-api.binance.vision", "rest");
      throw new Error("it was accepted");
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect(Bun.inspect(error)).not.toContain("hunter2");
    }
  });
});

test.each(["btcusdt", "BTC/USDT", "", "BTCUSDT&limit=1", "BTC USDT", "币安人生USDT", "A".repeat(21)])(
  "%p is not a symbol",
  (text) => {
    expect(() => exchangeSymbol(text)).toThrow(InputError);
  },
);
