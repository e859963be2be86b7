"""What is read: people and their sign-ins, posts and what stands on their desks."""
