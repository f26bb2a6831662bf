//! E-mail: by SMTP, or into a folder of files while developing.

use std::{fs, path::PathBuf};

use lettre::{Message, SmtpTransport, Transport, message::Mailbox};

/// Why an e-mail was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address that is none; trying again will not help.
    #[error("{0} is not an e-mail address")]
    Address(String),
    /// The message could not be put together.
    #[error("the message could not be built: {0}")]
    Build(#[from] lettre::error::Error),
    /// The server refused or could not be reached.
    #[error("the mail server said: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The folder cannot be written.
    #[error("the mail folder cannot be written: {0}")]
    Folder(#[from] std::io::Error),
}

/// Hands over e-mails.
pub enum Mailer {
    /// To a mail server.
    Smtp {
        /// The connection pool.
        transport: Box<SmtpTransport>,
        /// The sender.
        from: Mailbox,
    },
    /// One `.eml` file per message in this folder.
    Folder {
        /// Where to write.
        folder: PathBuf,
        /// The sender.
        from: Mailbox,
    },
}

impl Mailer {
    /// A mailer for `smtp://`, `smtps://` (a server, with user and password in the address) or `file:FOLDER`.
    ///
    /// # Errors
    /// When the address of the server or the sender cannot be read, or the folder cannot be made.
    pub fn open(url: &str, from: &str) -> Result<Self, MailError> {
        let from: Mailbox = from.parse().map_err(|_| MailError::Address(from.to_owned()))?;
        if let Some(folder) = url.strip_prefix("file:") {
            fs::create_dir_all(folder)?;
            return Ok(Self::Folder { folder: folder.into(), from });
        }
        let transport = SmtpTransport::from_url(url)?.timeout(Some(std::time::Duration::from_secs(20))).build();
        Ok(Self::Smtp { transport: Box::new(transport), from })
    }

    /// Hands over one message; `id` names its file.
    ///
    /// # Errors
    /// [`MailError`]; the caller tries again later.
    pub fn send(&self, id: &str, recipient: &str, subject: &str, body: &str) -> Result<(), MailError> {
        let to: Mailbox = recipient.parse().map_err(|_| MailError::Address(recipient.to_owned()))?;
        let (Self::Smtp { from, .. } | Self::Folder { from, .. }) = self;
        let message = Message::builder().from(from.clone()).to(to).subject(subject).body(body.to_owned())?;
        match self {
            Self::Smtp { transport, .. } => {
                transport.send(&message)?;
            }
            Self::Folder { folder, .. } => fs::write(folder.join(format!("{id}.eml")), message.formatted())?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_messages_and_no_subject_adds_a_header() {
        let folder = std::env::temp_dir().join(format!("muster-mail-{}", std::process::id()));
        let mailer =
            Mailer::open(&format!("file:{}", folder.display()), "Muster <muster@example.org>").expect("a folder");
        mailer.send("one", "ann@example.org", "Paid\r\nBcc: evil@example.org", "Hello\n").expect("written");
        let text = fs::read_to_string(folder.join("one.eml")).expect("a file");
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
        assert!(mailer.send("two", "not an address", "x", "y").is_err());
        fs::remove_dir_all(folder).expect("removed");
    }
}
