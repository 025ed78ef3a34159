// Verifies credentials with Digital Bazaar's libraries, which know nothing of us, and without a network.
// Reads [{credential, now, documents: {address: document}}, ...]; writes one finding for each.

import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {verifyCredential} from '@digitalbazaar/vc';
import canonicalize from 'canonicalize';
import jsonld from 'jsonld';
import {text} from 'node:stream/consumers';

function loaderOf(documents) {
  return async url => {
    const [address, fragment] = url.split('#');
    const whole = documents[address];
    if(whole === undefined) {
      throw new Error(`asked for ${url}`);
    }
    const document = fragment === undefined ? whole :
      whole.verificationMethod.find(method => method.id === url);
    if(document === undefined) {
      throw new Error(`no key ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
  };
}

function reasons(error) {
  return [error?.message, ...(error?.errors ?? []).flatMap(reasons)].filter(Boolean);
}

async function find({credential, now, documents}) {
  const documentLoader = loaderOf(documents);
  const found = await verifyCredential({
    credential: structuredClone(credential), now, documentLoader, checkStatus,
    suite: new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()})
  });
  const finding = {
    verified: found.verified,
    why: [...reasons(found.error), ...reasons(found.statusResult?.error)].join('; '),
    statuses: Object.fromEntries((found.statusResult?.results ?? []).map(
      each => [each.credentialStatus.statusPurpose, each.status])),
    claim: canonicalize(credential.credentialSubject.claim ?? null)
  };
  try {
    // Safe mode refuses every member that no context defines.
    finding.expanded = await jsonld.expand(credential, {documentLoader, safe: true});
  } catch(error) {
    finding.undefined = `${error.message} ${JSON.stringify(error.details ?? null)}`;
  }
  return finding;
}

const findings = [];
for(const asked of JSON.parse(await text(process.stdin))) {
  findings.push(await find(asked));
}
process.stdout.write(JSON.stringify(findings));
