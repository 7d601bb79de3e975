// Drives the sandbox with the unmodified official client, over real sockets: every operation, paging, filters, errors.
// usage: node conformance.mjs [path of numhost]       prints "N passed, N failed"
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const twilio = createRequire(import.meta.url)("twilio");
const here = path.dirname(fileURLToPath(import.meta.url));
const numhost = process.argv[2] ?? path.join(here, "../../build/dev/src/numhost");
const ACCOUNT = "AC" + "a".repeat(32);
const ADDRESS = "AD" + "1".repeat(32);
const BILL = "RI" + "2".repeat(32);

async function startSandbox() {
  const child = spawn(numhost, ["sandbox", "--listen", "127.0.0.1:0", "--speed", "50"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  const port = Number(/:(\d+)\s*$/.exec(line.toString())[1]);
  return { child, port };
}

// The library's own HTTP client and encoder; only the host it names is replaced by the sandbox.
function clientTo(port) {
  const seen = [];
  const real = new twilio.RequestClient();
  const httpClient = {
    request(options) {
      const url = new URL(options.uri);
      seen.push(`${options.method} ${url.pathname}${url.search}`);
      return real.request({ ...options, uri: `http://127.0.0.1:${port}${url.pathname}${url.search}` });
    },
  };
  const client = twilio(ACCOUNT, "token", { httpClient });
  client.seen = seen;
  return client;
}

// A form in two chunks, which the library never sends by itself.
async function postChunked(port, target, form) {
  const request = http.request({
    host: "127.0.0.1",
    port,
    method: "POST",
    path: target,
    auth: `${ACCOUNT}:token`,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  const half = Math.floor(form.length / 2);
  request.write(form.slice(0, half));
  request.end(form.slice(half));
  const [response] = await once(request, "response");
  let text = "";
  for await (const part of response) text += part;
  return { status: response.statusCode, body: JSON.parse(text) };
}

// The model's own clock runs 50 times faster: a minute of it is 1.2 s. Bounded.
async function until(what, look, wanted) {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look();
    if (wanted(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what}: gave up`);
}

const refused = (promise, status, code) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.constructor.name, "RestException");
    assert.equal(error.status, status);
    assert.equal(error.code, code);
    assert.ok(error.message.length > 0 && error.moreInfo.endsWith(String(code)));
    return true;
  });

let next = 2000;
const number = (digits) => `+1415555${digits ?? String(next++)}`;

const ORDER_KEYS = [
  "sid", "accountSid", "incomingPhoneNumberSid", "addressSid", "signingDocumentSid", "phoneNumber",
  "capabilities", "friendlyName", "uniqueName", "status", "failureReason", "dateCreated",
  "dateUpdated", "verificationAttempts", "email", "ccEmails", "verificationType",
  "verificationDocumentSid", "extension", "callDelay", "verificationCode", "verificationCallSids",
];

const checks = {
  async "an order is created with every property"(client) {
    const order = await client.preview.hosted_numbers.hostedNumberOrders.create({
      phoneNumber: number("0100"),
      smsCapability: true,
      friendlyName: "Front desk & bar",
      uniqueName: "conformance-1",
      ccEmails: ["a@example.com", "b@example.com"],
      email: "owner@example.com",
      addressSid: ADDRESS,
      statusCallbackUrl: "https://example.com/cb?x=1",
    });
    assert.match(order.sid, /^HR[0-9a-f]{32}$/);
    assert.match(order.incomingPhoneNumberSid, /^PN[0-9a-f]{32}$/);
    assert.equal(order.phoneNumber, number("0100"));
    assert.equal(order.friendlyName, "Front desk & bar");
    assert.deepEqual(order.ccEmails, ["a@example.com", "b@example.com"]);
    assert.equal(order.accountSid, ACCOUNT);
    assert.ok(order.dateCreated instanceof Date && !Number.isNaN(order.dateCreated.getTime()));
    for (const key of [...ORDER_KEYS, "url"]) assert.ok(order[key] !== undefined, key);
  },

  async "an order is fetched, renamed and found by every filter"(client) {
    const orders = client.preview.hosted_numbers.hostedNumberOrders;
    const made = await orders.create({ phoneNumber: number("0116"), smsCapability: true });
    const renamed = await orders(made.sid).update({ friendlyName: "A b", uniqueName: "conf 2" });
    assert.equal(renamed.uniqueName, "conf 2");
    const fetched = await orders(made.sid).fetch();
    assert.equal(fetched.friendlyName, "A b");
    for (const filter of [
      { phoneNumber: made.phoneNumber },
      { uniqueName: "conf 2" },
      { friendlyName: "A b" },
      { incomingPhoneNumberSid: made.incomingPhoneNumberSid },
      { status: "received", phoneNumber: made.phoneNumber },
    ]) {
      const found = await orders.list(filter);
      assert.deepEqual(found.map((one) => one.sid), [made.sid], JSON.stringify(filter));
    }
    assert.deepEqual(await orders.list({ status: "testing" }), []);
  },

  async "lists are paged through, each order once"(client) {
    const orders = client.preview.hosted_numbers.hostedNumberOrders;
    for (let i = 0; i < 12; i++)
      await orders.create({ phoneNumber: number(), smsCapability: true });
    client.seen.length = 0;
    const all = await orders.list({ pageSize: 5 });
    assert.equal(new Set(all.map((one) => one.sid)).size, all.length);
    assert.ok(all.length >= 14);
    assert.ok(client.seen.length >= 3 && client.seen[1].includes("PageToken=PAHR"));
    const page = await orders.page({ pageSize: 5 });
    const second = await page.nextPage();
    const first = await second.previousPage();
    assert.deepEqual(first.instances.map((one) => one.sid), page.instances.map((one) => one.sid));
    assert.equal((await orders.list({ limit: 3 })).length, 3);
    assert.equal((await orders.list({ pageSize: 5000, limit: 5000 })).length, all.length);
  },

  async "a call verifies, a document is signed, the number completes"(client) {
    const hosted = client.preview.hosted_numbers;
    const made = await hosted.hostedNumberOrders.create({
      phoneNumber: "+16045550100",
      smsCapability: true,
    });
    const order = hosted.hostedNumberOrders(made.sid);
    await until("received", () => order.fetch(), (one) => one.status === "received");
    const called = await order.update({
      status: "pending-verification",
      verificationType: "phone-call",
      extension: "wwww2",
      callDelay: 15,
    });
    assert.equal(called.status, "pending-verification");
    assert.match(called.verificationCode, /^\d{6}$/);
    assert.equal(called.verificationAttempts, 1);
    assert.equal(called.verificationCallSids.length, 1);
    assert.equal(called.callDelay, 15);
    await until("verified", () => order.fetch(), (one) => one.status === "verified");
    const document = await hosted.authorizationDocuments.create({
      hostedNumberOrderSids: [made.sid],
      addressSid: ADDRESS,
      email: "signer@example.com",
      contactTitle: "Owner",
      contactPhoneNumber: "+14155550199",
      ccEmails: ["cc@example.com"],
    });
    assert.match(document.sid, /^PX[0-9a-f]{32}$/);
    assert.equal(document.status, "signing");
    assert.ok(document.links.dependent_hosted_number_orders.includes(document.sid));
    const dependents = await hosted
      .authorizationDocuments(document.sid)
      .dependentHostedNumberOrders.list();
    assert.deepEqual(dependents.map((one) => one.sid), [made.sid]);
    for (const key of ORDER_KEYS) assert.ok(dependents[0][key] !== undefined, key);
    const done = await until("completed", () => order.fetch(), (o) => o.status === "completed");
    assert.equal(done.signingDocumentSid, document.sid);
    assert.equal((await hosted.authorizationDocuments(document.sid).fetch()).status, "signed");
    const listed = await hosted.authorizationDocuments.list({ email: "signer@example.com" });
    assert.deepEqual(listed.map((one) => one.sid), [document.sid]);
    await refused(
      hosted.authorizationDocuments(document.sid).update({ status: "opened" }), 400, 22107);
    await refused(order.remove(), 409, 20409);
    const incoming = await client.incomingPhoneNumbers.list({ origin: "hosted", phoneNumber: "+16045550100" });
    assert.equal(incoming[0].sid, made.incomingPhoneNumberSid);
    assert.equal(incoming[0].origin, "hosted");
    assert.equal(await client.incomingPhoneNumbers(incoming[0].sid).remove(), true);
    await refused(client.incomingPhoneNumbers(incoming[0].sid).fetch(), 404, 20404);
  },

  async "a document is reopened, changed and sent again"(client) {
    const hosted = client.preview.hosted_numbers;
    const made = await hosted.hostedNumberOrders.create({
      phoneNumber: "+16045550109",
      smsCapability: true,
    });
    const order = hosted.hostedNumberOrders(made.sid);
    await until("verified", () => order.fetch(), (one) => one.status === "verified");
    const loa = {
      hostedNumberOrderSids: [made.sid],
      addressSid: ADDRESS,
      email: "first@example.com",
      contactTitle: "Owner",
      contactPhoneNumber: "+14155550199",
    };
    const document = await hosted.authorizationDocuments.create(loa);
    const handle = hosted.authorizationDocuments(document.sid);
    await refused(handle.update({ email: "other@example.com" }), 400, 22107);
    await refused(handle.update({ status: "signed" }), 400, 22122);
    assert.equal((await handle.update({ status: "opened" })).status, "opened");
    assert.equal((await order.fetch()).status, "verified");
    assert.equal((await handle.update({ email: "other@example.com" })).email, "other@example.com");
    assert.equal((await handle.update({ status: "signing" })).status, "signing");
    assert.equal((await order.fetch()).status, "pending-loa");
  },

  async "a bill verifies without a call"(client) {
    const orders = client.preview.hosted_numbers.hostedNumberOrders;
    const made = await orders.create({
      phoneNumber: number(),
      smsCapability: true,
      verificationType: "phone-bill",
      verificationDocumentSid: BILL,
    });
    assert.equal(made.verificationType, "phone-bill");
    assert.equal(made.verificationDocumentSid, BILL);
    await until("verified", () => orders(made.sid).fetch(), (one) => one.status === "verified");
  },

  async "an order is deleted and its number can be ordered again"(client) {
    const orders = client.preview.hosted_numbers.hostedNumberOrders;
    const made = await orders.create({ phoneNumber: number("0116").replace("415", "212"), smsCapability: true });
    await refused(orders.create({ phoneNumber: made.phoneNumber, smsCapability: true }), 400, 22110);
    assert.equal(await orders(made.sid).remove(), true);
    await refused(orders(made.sid).fetch(), 404, 20404);
    const again = await orders.create({ phoneNumber: made.phoneNumber, smsCapability: true });
    assert.notEqual(again.sid, made.sid);
  },

  async "errors arrive as RestException with their code"(client) {
    const hosted = client.preview.hosted_numbers;
    const orders = hosted.hostedNumberOrders;
    const create = (more) => orders.create({ phoneNumber: number(), smsCapability: true, ...more });
    await refused(create({ phoneNumber: "4155550100" }), 400, 22102);
    await refused(create({ phoneNumber: "+442071838750" }), 400, 22103);
    await refused(create({ phoneNumber: number("0101") }), 400, 22110);
    await refused(create({ smsCapability: false }), 400, 22119);
    await refused(create({ email: "nobody" }), 400, 22104);
    await refused(create({ smsUrl: "ftp://example.com" }), 400, 22105);
    await refused(create({ smsMethod: "PUT" }), 400, 22106);
    await refused(create({ addressSid: "AD1" }), 400, 22109);
    await refused(create({ uniqueName: "x".repeat(129) }), 400, 22115);
    await refused(create({ verificationType: "pigeon" }), 400, 22120);
    await refused(orders.list({ status: "nowhere" }), 400, 22111);
    const made = await create();
    await refused(orders(made.sid).update({ status: "completed" }), 400, 22112);
    await refused(orders(made.sid).update({ verificationCode: "123456" }), 400, 22114);
    await refused(orders(made.sid).update({ extension: "abc" }), 400, 22117);
    await refused(hosted.authorizationDocuments("PX" + "0".repeat(32)).fetch(), 404, 20404);
  },

  async "addresses are created, fetched, listed and deleted"(client) {
    const made = await client.addresses.create({
      customerName: "Jo Doe",
      friendlyName: "Jo's Diner",
      street: "1 Main St",
      city: "San Francisco",
      region: "CA",
      postalCode: "94105",
      isoCountry: "US",
    });
    assert.match(made.sid, /^AD[0-9a-f]{32}$/);
    assert.ok(made.dateCreated instanceof Date && !Number.isNaN(made.dateCreated.getTime()));
    assert.equal((await client.addresses(made.sid).fetch()).street, "1 Main St");
    const listed = await client.addresses.list({ customerName: "Jo Doe" });
    assert.deepEqual(listed.map((one) => one.sid), [made.sid]);
    assert.equal(await client.addresses(made.sid).remove(), true);
    await refused(client.addresses(made.sid).fetch(), 404, 20404);
  },

  async "status callbacks arrive, signed, for every change"(client) {
    const heard = [];
    const receiver = http.createServer(async (request, response) => {
      let text = "";
      for await (const part of request) text += part;
      response.end();
      heard.push({ form: Object.fromEntries(new URLSearchParams(text)), headers: request.headers });
    });
    await once(receiver.listen(0, "127.0.0.1"), "listening");
    try {
      const url = `http://127.0.0.1:${receiver.address().port}/cb?batch=7`;
      const made = await client.preview.hosted_numbers.hostedNumberOrders.create({
        phoneNumber: "+12125550109",
        smsCapability: true,
        statusCallbackUrl: url,
        statusCallbackMethod: "POST",
      });
      await until("callbacks", async () => heard.length, (count) => count >= 2);
      assert.deepEqual(heard.map((one) => one.form.Status), ["received", "verified"]);
      for (const one of heard) {
        assert.equal(one.form.HostedNumberOrderSid, made.sid);
        assert.equal(one.form.PhoneNumber, "+12125550109");
        assert.match(one.headers["i-twilio-idempotency-token"], /^[0-9a-f-]{36}$/);
        const signature = one.headers["x-twilio-signature"];
        assert.ok(twilio.validateRequest("token", signature, url, one.form));
      }
    } finally {
      receiver.close();
    }
  },

  async "a chunked body is read like any other"(_client, port) {
    const form = new URLSearchParams({ PhoneNumber: number(), SmsCapability: "True", FriendlyName: "in two pieces" });
    const made = await postChunked(port, "/HostedNumbers/HostedNumberOrders", form.toString());
    assert.equal(made.status, 201);
    assert.equal(made.body.friendly_name, "in two pieces");
  },
};

const { child, port } = await startSandbox();
let passed = 0;
let failed = 0;
try {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(clientTo(port), port);
      passed++;
      console.log(`ok    ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAIL  ${name}\n${error.stack}`);
    }
  }
} finally {
  child.kill("SIGTERM");
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
