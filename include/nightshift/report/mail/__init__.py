"""The mails: their words, their two forms, and the outbox that keeps them until they are sent."""
