//! PostgreSQL over TLS: encrypted when asked for, and refused when the server is not the one that was named.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{env, fs, process, sync::Arc};

use muster_store::{Db, Error, Options};
use muster_testkit::{
    Seeded,
    postgres::{Server, binaries},
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// An authority of our own.
fn authority() -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}

/// A certificate for these names, and its key.
fn certificate(names: &[&str], issuer: &Issuer<'static, KeyPair>) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = CertificateParams::new(names).unwrap().signed_by(&key, issuer).unwrap();
    (made.pem(), key.serialize_pem())
}

/// Whether the connection that a read uses is encrypted, or why there is none.
fn encrypted(url: &str) -> Result<bool, String> {
    let options = Options { readers: 1, writers: 1, ..Options::new(Arc::new(Seeded::new(3))) };
    let db = Db::open(url, options).map_err(|error| error.to_string())?;
    db.read_blocking::<_, Error, _>(|tx| {
        tx.one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[], |row| row.get(0))
    })
    .map_err(|error| error.to_string())
}

#[test]
fn a_connection_is_as_safe_as_the_url_asks() {
    if binaries().is_none() {
        assert!(env::var("CI").is_err(), "PostgreSQL is not tested: no binaries");
        eprintln!("PostgreSQL over TLS is not tested: no binaries");
        return;
    }
    let ((ours, issuer), (theirs, _)) = (authority(), authority());
    let (certificate, key) = certificate(&["127.0.0.1"], &issuer);
    let (server, port) = Server::start_with_tls(&certificate, &key).unwrap();
    let folder = env::temp_dir().join(format!("muster-tls-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (good, wrong) = (folder.join("ours.pem"), folder.join("theirs.pem"));
    fs::write(&good, ours).unwrap();
    fs::write(&wrong, theirs).unwrap();
    let url = |host: &str, asked: &str| format!("postgres://muster@{host}:{port}/postgres{asked}");
    let (good, wrong) = (good.display(), wrong.display());

    assert_eq!(encrypted(&url("127.0.0.1", "")), Ok(false), "nothing was asked for");
    assert_eq!(encrypted(&url("127.0.0.1", "?sslmode=require")), Ok(true), "any certificate will do");
    assert_eq!(encrypted(&url("127.0.0.1", &format!("?sslmode=verify-full&sslrootcert={good}"))), Ok(true));
    for (asked, why) in [
        (url("127.0.0.1", &format!("?sslmode=verify-full&sslrootcert={wrong}")), "another authority"),
        (url("localhost", &format!("?sslmode=verify-full&sslrootcert={good}")), "another name"),
        (url("127.0.0.1", "?sslmode=verify-full"), "an authority that browsers do not know"),
    ] {
        let refused = encrypted(&asked).expect_err(why);
        assert!(refused.contains("certificate"), "{why}: {refused}");
    }
    drop(server);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_server_without_tls_is_not_talked_to_when_tls_was_asked_for() {
    if binaries().is_none() {
        return;
    }
    let (_, issuer) = authority();
    let (certificate, key) = certificate(&["127.0.0.1"], &issuer);
    let (mut server, port) = Server::start_with_tls(&certificate, &key).unwrap();
    server.restart_with("ssl = off", port).unwrap();
    let refused = encrypted(&format!("postgres://muster@127.0.0.1:{port}/postgres?sslmode=require")).unwrap_err();
    assert!(refused.contains("TLS"), "{refused}");
    assert_eq!(encrypted(&format!("postgres://muster@127.0.0.1:{port}/postgres")), Ok(false));
}
