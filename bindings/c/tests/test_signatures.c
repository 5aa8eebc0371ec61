// Signatures that another library's keys make, in the forms that keystores give: taken, or told
// apart by code. With OpenSSL.
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "package.h"

enum { SIZE = 4096 };

typedef struct device {
  EVP_PKEY *key;
  lp_holder *holder;
  lp_prepared_token *prepared;
  uint8_t message[SIZE];
  size_t length;
} device;

static void prepare(const people *all, device *of, int64_t now)
{
  lp_error error;
  static uint8_t room[3][8192];
  lp_buffer key_buffer = LP_BUFFER(room[0]), buffer = LP_BUFFER(room[1]),
            held_buffer = LP_BUFFER(room[2]);
  uint8_t *der = NULL;
  int der_length = i2d_PUBKEY(of->key, &der);
  CHECK(der_length > 0);
  lp_bytes spki = { der, (size_t)der_length };
  lp_public_key key;
  GOOD(lp_public_key_from_spki_der(spki, &key, &key_buffer, &error));
  OPENSSL_free(der);
  lp_permit permit;
  lp_validity validity;
  lp_prepared_token *credential = NULL;
  lp_token token;
  lp_held_credential held;
  lp_text anyone = { NULL, 0 };
  lp_bytes no_nonce = { NULL, 0 }, message;
  GOOD(lp_permit_default(lp_str("BJ-1"), lp_str(CLASS), &permit, &error));
  GOOD(lp_validity_default(&validity, &error));
  GOOD(lp_issuer_prepare_credential(all->issuer, &permit, key.cose_key, validity, now,
                                    &credential, &error));
  GOOD(lp_prepared_token_sign(credential, all->issuer_key, &token, &buffer, &error));
  lp_prepared_token_free(credential);
  GOOD(lp_holder_new(key.cose_key, &of->holder, &error));
  GOOD(lp_holder_accept(of->holder, token.bytes, all->trust, now, &held, &held_buffer, &error));
  GOOD(lp_holder_prepare(of->holder, LP_RECIPIENT_ANYONE, anyone, no_nonce, now, &of->prepared,
                         &error));
  GOOD(lp_prepared_token_message(of->prepared, &message, &buffer, &error));
  CHECK(message.length <= SIZE);
  memcpy(of->message, message.data, message.length);
  of->length = message.length;
}

static void release(device *of)
{
  lp_prepared_token_free(of->prepared);
  lp_holder_free(of->holder);
  EVP_PKEY_free(of->key);
}

static size_t sign(const device *of, const EVP_MD *hash, const uint8_t *bytes, size_t length,
                   uint8_t *signature)
{
  size_t size = SIZE;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  CHECK(EVP_DigestSignInit(context, NULL, hash, NULL, of->key) == 1);
  CHECK(EVP_DigestSign(context, signature, &size, bytes, length) == 1);
  EVP_MD_CTX_free(context);
  return size;
}

// The stable code, or "taken".
static const char *attach(const device *of, const uint8_t *signature, size_t length)
{
  static lp_error error;
  static uint8_t room[8192];
  lp_buffer buffer = LP_BUFFER(room);
  lp_token token;
  lp_bytes given = { signature, length };
  if (lp_prepared_token_attach(of->prepared, given, &token, &buffer, &error) == LP_OK) {
    return "taken";
  }
  CHECK(error.reason[0] && error.instruction[0]);
  return error.code;
}

static void gives(const device *of, const uint8_t *signature, size_t length, const char *wanted,
                  const char *what)
{
  const char *found = attach(of, signature, length);
  if (strcmp(found, wanted)) {
    fprintf(stderr, "%s: %s, not %s\n", what, found, wanted);
    exit(1);
  }
}

static const uint8_t *digest(const device *of, const EVP_MD *hash, uint8_t *out)
{
  CHECK(EVP_Digest(of->message, of->length, out, NULL, hash, NULL) == 1);
  return out;
}

// DER with r or s shorter than 32 bytes, the raw form of it with and without its zeros, and s in the
// upper half.
static void forms_of_a_p256_signature(const people *all)
{
  device phone = { .key = EVP_EC_gen("P-256") };
  prepare(all, &phone, NOW);
  uint8_t der[SIZE], raw[64], hash[64];
  bool was_short = false, was_long = false;
  for (int attempt = 0; attempt < 4000 && !(was_short && was_long); attempt++) {
    size_t length = sign(&phone, EVP_sha256(), phone.message, phone.length, der);
    gives(&phone, der, length, "taken", "DER as the signer gives it");
    const uint8_t *next = der;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &next, (long)length);
    const BIGNUM *r = ECDSA_SIG_get0_r(pair), *s = ECDSA_SIG_get0_s(pair);
    CHECK(BN_bn2binpad(r, raw, 32) == 32 && BN_bn2binpad(s, raw + 32, 32) == 32);
    gives(&phone, raw, 64, "taken", "raw");
    int r_length = BN_num_bytes(r), s_length = BN_num_bytes(s);
    if (r_length < 32 || s_length < 32) {
      was_short = true;
      uint8_t lost[64];
      BN_bn2bin(r, lost);
      BN_bn2bin(s, lost + r_length);
      gives(&phone, lost, (size_t)(r_length + s_length), "taken",
            "raw with leading zeros lost");
    }
    // The other s of the same signature: both are right in ECDSA, and both are taken.
    BIGNUM *order = NULL;
    BN_hex2bn(&order, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    BN_sub(order, order, s);
    CHECK(BN_bn2binpad(order, raw + 32, 32) == 32);
    was_long |= BN_cmp(order, s) > 0;
    gives(&phone, raw, 64, "taken", "the other s");
    BN_free(order);
    ECDSA_SIG_free(pair);
  }
  CHECK(was_short && was_long);
  size_t length = sign(&phone, EVP_sha256(), digest(&phone, EVP_sha256(), hash), 32, der);
  gives(&phone, der, length, "hashed-twice", "a key that hashes by itself, given the digest");
  length = sign(&phone, EVP_sha384(), phone.message, phone.length, der);
  gives(&phone, der, length, "other-hash", "SHA-384");
  length = sign(&phone, EVP_sha256(), phone.message, phone.length - 1, der);
  gives(&phone, der, length, "does-not-verify", "another message");
  memset(raw, 0, sizeof(raw));
  gives(&phone, raw, 64, "signature-zeros", "zeros");
  gives(&phone, der, 3, "signature-encoding", "three bytes");
  release(&phone);
}

static void forms_of_an_ed25519_signature(const people *all)
{
  device phone = { .key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") };
  prepare(all, &phone, NOW);
  uint8_t signature[SIZE], hash[64];
  size_t length = sign(&phone, NULL, phone.message, phone.length, signature);
  CHECK(length == 64);
  gives(&phone, signature, length, "taken", "Ed25519");
  gives(&phone, signature, 63, "signature-encoding", "a byte is lost");
  length = sign(&phone, NULL, digest(&phone, EVP_sha256(), hash), 32, signature);
  gives(&phone, signature, length, "hashed-twice", "the digest was signed");
  length = sign(&phone, NULL, digest(&phone, EVP_sha512(), hash), 64, signature);
  gives(&phone, signature, length, "other-hash", "the SHA-512 was signed");
  release(&phone);
}

int main(void)
{
  people all;
  meet(&all);
  forms_of_a_p256_signature(&all);
  forms_of_an_ed25519_signature(&all);
  part(&all);
  puts("signatures of OpenSSL's keys: 13 forms");
  return 0;
}
