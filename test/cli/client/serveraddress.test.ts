import { expect } from 'chai';
import { CommandFailure, exitCodes } from '../../../src/cli/exit.ts';
import { serverAddress } from '../../../src/cli/client/serveraddress.ts';

describe("the console's address", () => {
  it('is the option, else GATEWAY_CONSOLE_URL, else the port of the console of this machine', () => {
    const env = { GATEWAY_CONSOLE_URL: 'https://env.example.com', CONSOLE_PORT: '8091' };
    expect(serverAddress('https://console.example.com', false, env).href).to.equal(
      'https://console.example.com/',
    );
    expect(serverAddress(undefined, false, env).href).to.equal('https://env.example.com/');
    expect(serverAddress(undefined, false, { CONSOLE_PORT: '8091' }).href).to.equal('http://127.0.0.1:8091/');
    expect(serverAddress(undefined, false, { GATEWAY_CONSOLE_URL: '' }).href).to.equal(
      'http://127.0.0.1:8090/',
    );
  });

  for (const port of ['', '0', 'off'])
    it(`has the usual port when CONSOLE_PORT is ${JSON.stringify(port)}`, () => {
      expect(serverAddress(undefined, false, { CONSOLE_PORT: port }).port).to.equal('8090');
    });

  it('may have a path, below which the API is', () => {
    expect(serverAddress('https://example.com/console', false, {}).href).to.equal(
      'https://example.com/console/',
    );
  });

  for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '[::1]', '[0::1]', '2130706433'])
    it(`may be plain http on ${host}, which no network lies before`, () => {
      expect(serverAddress(`http://${host}:8090`, false, {}).protocol).to.equal('http:');
    });

  const elsewhere = [
    'example.com',
    '10.0.0.8',
    'localhost.example.com',
    '127.0.0.1.example.com',
    '0.0.0.0',
    '[::]',
  ];
  for (const host of elsewhere)
    it(`may be plain http on ${host} with --insecure alone, since the token would be seen`, () => {
      expect(() => serverAddress(`http://${host}`, false, {}))
        .to.throw(CommandFailure, 'would be sent the token in clear')
        .with.property('exitCode', exitCodes.usage);
      expect(serverAddress(`http://${host}`, true, {}).protocol).to.equal('http:');
    });

  const wrong = [
    '',
    'console',
    'ftp://example.com',
    'https://',
    'https://me:x@example.com',
    'https://a/?b',
    'https://a/#b',
  ];
  for (const text of wrong)
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(() => serverAddress(text, true, {}))
        .to.throw(CommandFailure, 'The server must be an address such as')
        .with.property('exitCode', exitCodes.usage);
    });
});
