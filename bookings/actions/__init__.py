"""What can be done: one public function a file, keyword-only, `now` passed in, one transaction each. Import it from its file."""
