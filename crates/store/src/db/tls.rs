//! TLS to PostgreSQL, as the URL asks for it: `sslmode=require` encrypts, `sslmode=verify-full` also makes sure that the server
//! is the one that was named.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use postgres::{
    Client, Config, NoTls, Socket,
    config::SslMode,
    tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream},
};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, InvalidDnsNameError, ServerName, UnixTime, pem::PemObject},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;

use super::Error;

/// A PostgreSQL server and how it is reached.
#[derive(Clone)]
pub(crate) struct Server {
    config: Config,
    tls: Option<Tls>,
}

/// What the driver's own reader of URLs does not know.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    mode: String,
    roots: Option<String>,
}

impl Server {
    /// Reads a URL `postgres://...`, perhaps with `sslmode` (`disable`, `require` or `verify-full`) and `sslrootcert`.
    ///
    /// # Errors
    /// When the URL cannot be read, or asks for what cannot be done.
    pub(crate) fn read(url: &str) -> Result<Self, Error> {
        let (plain, asked) = split(url);
        let mut config: Config =
            plain.parse().map_err(|error| Error::broken(format!("the database URL cannot be read: {error}")))?;
        let tls = match asked.mode.as_str() {
            "" | "disable" => None,
            "require" => Some(unverified()?),
            "verify-full" => Some(verified(asked.roots.as_deref())?),
            other => {
                return Err(Error::broken(format!(
                    "sslmode={other} is not offered; use disable, require (encrypted) or verify-full (encrypted, and the server's certificate checked)"
                )));
            }
        };
        config.ssl_mode(if tls.is_some() { SslMode::Require } else { SslMode::Disable });
        Ok(Self { config, tls })
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> Result<Client, postgres::Error> {
        match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        }
    }
}

/// The URL without the two settings of TLS, and these.
fn split(url: &str) -> (String, Asked) {
    let mut asked = Asked::default();
    let Some((before, query)) = url.split_once('?') else { return (url.to_owned(), asked) };
    let mut kept = Vec::new();
    for pair in query.split('&') {
        let read = form_urlencoded::parse(pair.as_bytes()).next();
        match read.as_ref().map(|(name, value)| (name.as_ref(), value.as_ref())) {
            Some(("sslmode", value)) => asked.mode = value.to_owned(),
            Some(("sslrootcert", value)) => asked.roots = Some(value.to_owned()),
            _ => kept.push(pair),
        }
    }
    let kept = kept.join("&");
    (if kept.is_empty() { before.to_owned() } else { format!("{before}?{kept}") }, asked)
}

fn broken(what: &str, error: &dyn std::fmt::Display) -> Error {
    Error::broken(format!("{what}: {error}"))
}

/// Certificates are checked against the roots in a file, or against those that browsers trust.
fn verified(file: Option<&str>) -> Result<Tls, Error> {
    let mut roots = RootCertStore::empty();
    match file {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let named = format!("the root certificates {path} (sslrootcert) cannot be read");
            for one in CertificateDer::pem_file_iter(path).map_err(|error| broken(&named, &error))? {
                let one = one.map_err(|error| broken(&named, &error))?;
                roots.add(one).map_err(|error| broken(&named, &error))?;
            }
            if roots.is_empty() {
                return Err(Error::broken(format!("there is no certificate in {path} (sslrootcert)")));
            }
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| broken("TLS", &error))?;
    Ok(Tls::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

/// Any certificate will do: nobody on the way can read along, but somebody on the way could be the server.
fn unverified() -> Result<Tls, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| broken("TLS", &error))?;
    let any = Arc::new(AnyCertificate(provider));
    Ok(Tls::new(builder.dangerous().with_custom_certificate_verifier(any).with_no_client_auth()))
}

/// What `sslmode=require` means everywhere: the key is proved, the name is not looked at.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Makes the driver's connections encrypted.
#[derive(Clone)]
struct Tls(TlsConnector);

impl Tls {
    fn new(config: ClientConfig) -> Self {
        Self(TlsConnector::from(Arc::new(config)))
    }
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Encrypted;
    type TlsConnect = Handshake;
    type Error = InvalidDnsNameError;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, InvalidDnsNameError> {
        Ok(Handshake { connector: self.0.clone(), host: ServerName::try_from(host.to_owned())? })
    }
}

struct Handshake {
    connector: TlsConnector,
    host: ServerName<'static>,
}

impl TlsConnect<Socket> for Handshake {
    type Stream = Encrypted;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move { self.connector.connect(self.host, socket).await.map(Encrypted) })
    }
}

struct Encrypted(tokio_rustls::client::TlsStream<Socket>);

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, into)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_tls_are_taken_out_of_the_url() {
        let asked = |mode: &str, roots: Option<&str>| Asked { mode: mode.to_owned(), roots: roots.map(str::to_owned) };
        for (url, plain, wanted) in [
            ("postgres://m@h/d", "postgres://m@h/d", asked("", None)),
            ("postgres://m@h/d?sslmode=require", "postgres://m@h/d", asked("require", None)),
            (
                "postgres://m@h/d?connect_timeout=3&sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem",
                "postgres://m@h/d?connect_timeout=3",
                asked("verify-full", Some("/etc/ca.pem")),
            ),
        ] {
            assert_eq!(split(url), (plain.to_owned(), wanted), "{url}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        for (url, said) in [
            ("postgres://m@h/d?sslmode=verify-ca", "verify-full"),
            ("postgres://m@h/d?sslmode=verify-full&sslrootcert=/nowhere.pem", "sslrootcert"),
        ] {
            let error = Server::read(url).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(said), "{url}: {error}");
        }
    }
}
