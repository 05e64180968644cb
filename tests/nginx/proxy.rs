//! An nginx of the system, in a folder of its own.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

pub struct Nginx {
    process: Child,
    port: u16,
    folder: TempDir,
    authority: String,
}

impl Nginx {
    /// Starts it in front of a server; `None` if there is no nginx.
    pub async fn start(upstream: &str) -> Option<Self> {
        let Some(program) = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx"]
            .into_iter()
            .find(|program| Path::new(program).exists())
        else {
            eprintln!("SKIPPED: there is no nginx here (Debian: apt-get install nginx-light)");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let authority = certify(folder.path());
        // Another program may take the port before nginx does: then another one is tried.
        for _ in 0..5 {
            let port =
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port").local_addr().expect("its port").port();
            fs::write(folder.path().join("nginx.conf"), configuration(folder.path(), port, upstream)).expect("a file");
            let mut process = Command::new(program)
                .arg("-p")
                .arg(folder.path())
                .args(["-c", "nginx.conf", "-e", "error.log"])
                .stdin(Stdio::null())
                .spawn()
                .expect("nginx");
            while process.try_wait().expect("its state").is_none() {
                if tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
                    return Some(Self { process, port, folder, authority });
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        let log = fs::read_to_string(folder.path().join("error.log"));
        panic!("nginx does not start: {log:?}");
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub fn authority_pem(&self) -> &str {
        &self.authority
    }

    /// Whether every request came over HTTP/2.
    pub fn is_http2(&self) -> bool {
        let log = fs::read_to_string(self.folder.path().join("access.log")).expect("the log");
        !log.is_empty() && log.lines().all(|line| line == "HTTP/2.0")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Writes a certificate for `localhost`, and returns that of its authority.
fn certify(folder: &Path) -> String {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(params, key).expect("a certificate");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(["localhost".to_owned()]).expect("parameters");
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    fs::write(folder.join("certificate.pem"), certificate.pem()).expect("a file");
    fs::write(folder.join("key.pem"), key.serialize_pem()).expect("a file");
    authority.pem()
}

fn configuration(folder: &Path, port: u16, upstream: &str) -> String {
    let folder = folder.display();
    format!(
        "daemon off;
        master_process off;
        pid {folder}/pid;
        events {{ worker_connections 1024; }}
        http {{
            log_format protocol '$server_protocol';
            access_log {folder}/access.log protocol;
            client_body_temp_path {folder}/body;
            proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi;
            uwsgi_temp_path {folder}/uwsgi;
            scgi_temp_path {folder}/scgi;
            server {{
                listen 127.0.0.1:{port} ssl http2;
                server_name localhost;
                ssl_certificate {folder}/certificate.pem;
                ssl_certificate_key {folder}/key.pem;
                location / {{ proxy_pass {upstream}; }}
            }}
        }}
        "
    )
}
