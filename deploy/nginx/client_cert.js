// Gives the verified client certificate in the form of RFC 9440: base64 of its DER between colons.
function clientCert(r) {
    if (r.variables.ssl_client_verify !== 'SUCCESS') return '';
    return ':' + r.variables.ssl_client_raw_cert.replace(/-----[^-]+-----|\s/g, '') + ':';
}

export default { clientCert };
