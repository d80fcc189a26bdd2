// Every test starts processes and measures what they do; two at a time would disturb each other.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
