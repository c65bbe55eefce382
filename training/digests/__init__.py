"""How the splitters of split-digests are learned."""
