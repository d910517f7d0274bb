<?php
// php verify.php <key set URL> <issuer> <audience> < assertion  (the openssl extension alone)
declare(strict_types=1);

const LEEWAY = 30;

function decode(string $text): string
{
    if (preg_match('/\A[A-Za-z0-9_-]+\z/', $text) !== 1) {
        throw new RuntimeException('not base64url');
    }
    return base64_decode(strtr($text, '-_', '+/'), true) ?: throw new RuntimeException('not base64url');
}

function object(string $json): array
{
    $value = json_decode($json, true, 16, JSON_THROW_ON_ERROR);
    // With a name twice, readers differ in which value they take; written anew, the JSON would have it once.
    if (is_array($value) && substr_count($json, ':') !== substr_count((string) json_encode($value, JSON_UNESCAPED_SLASHES), ':')) {
        throw new RuntimeException('a name twice');
    }
    return is_array($value) ? $value : throw new RuntimeException('not an object');
}

// The set is looked up by kid; a program keeps it for a few minutes, and fetches it again when a new kid turns up.
function publicKey(string $url, string $kid): OpenSSLAsymmetricKey
{
    foreach (object((string) file_get_contents($url))['keys'] as $key) {
        if (($key['kid'] ?? null) === $kid && $key['kty'] === 'EC' && $key['crv'] === 'P-256') {
            // The head of every P-256 SubjectPublicKeyInfo, then the point.
            $der = hex2bin('3059301306072a8648ce3d020106082a8648ce3d03010703420004') . decode($key['x']) . decode($key['y']);
            $pem = "-----BEGIN PUBLIC KEY-----\n" . chunk_split(base64_encode($der), 64, "\n") . "-----END PUBLIC KEY-----\n";
            return openssl_pkey_get_public($pem) ?: throw new RuntimeException('unusable key');
        }
    }
    throw new RuntimeException('unknown kid');
}

// A JWT has r and s side by side (RFC 7518 3.4); OpenSSL wants them as ASN.1.
function asn1(string $signature): string
{
    if (strlen($signature) !== 64) {
        throw new RuntimeException('not an ES256 signature');
    }
    $integers = '';
    foreach (str_split($signature, 32) as $number) {
        $number = ltrim($number, "\0");
        if ($number === '' || ord($number[0]) > 0x7f) {
            $number = "\0" . $number;
        }
        $integers .= "\x02" . chr(strlen($number)) . $number;
    }
    return "\x30" . chr(strlen($integers)) . $integers;
}

function verify(string $assertion, string $url, string $issuer, string $audience): array
{
    $parts = explode('.', $assertion);
    if (count($parts) !== 3) {
        throw new RuntimeException('not a compact JWT');
    }
    $header = object(decode($parts[0]));
    if (($header['alg'] ?? null) !== 'ES256' || ($header['typ'] ?? null) !== 'mfa+jwt' || !is_string($header['kid'] ?? null)
        || array_key_exists('crit', $header)) { // extensions that must be understood (RFC 7515 4.1.11); there are none
        throw new RuntimeException('not an assertion of the gateway');
    }
    $key = publicKey($url, $header['kid']);
    if (openssl_verify("$parts[0].$parts[1]", asn1(decode($parts[2])), $key, OPENSSL_ALGO_SHA256) !== 1) {
        throw new RuntimeException('wrong signature');
    }

    $claims = object(decode($parts[1]));
    if (($claims['iss'] ?? null) !== $issuer || ($claims['aud'] ?? null) !== $audience) {
        throw new RuntimeException('from somebody else, or for somebody else');
    }
    foreach (['iat', 'nbf', 'exp'] as $name) {
        if (!is_int($claims[$name] ?? null) || $claims[$name] < 0 || $claims[$name] >= 2 ** 53) {
            throw new RuntimeException("no $name");
        }
    }
    if (time() >= $claims['exp'] + LEEWAY || time() < $claims['nbf'] - LEEWAY || !is_string($claims['sub'] ?? null)) {
        throw new RuntimeException('expired, or not valid yet');
    }
    return $claims;
}

try {
    [, $url, $issuer, $audience] = $argv;
    $assertion = $argv[4] ?? trim((string) stream_get_contents(STDIN));
    echo json_encode(verify($assertion, $url, $issuer, $audience), JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), "\n";
} catch (RuntimeException | JsonException $error) {
    fwrite(STDERR, "refused: {$error->getMessage()}\n");
    exit(1);
}
