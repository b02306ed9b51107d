namespace VmmEngine.Conformance.OpenBsd;

/// <summary>What the numbers of sections stand for, in cases, rules and reports.</summary>
internal static class Sections
{
    public static IReadOnlyDictionary<string, string> Titles { get; } = new Dictionary<string, string>
    {
        ["2"] = "command words and the copying of arguments",
        ["5"] = "the device: descriptors, sleep, promises, looking up VMs",
        ["6"] = "creating, reporting, ending, sharing",
        ["7.1"] = "states of a vCPU",
        ["7.2"] = "resetting, VPIDs",
        ["7.3"] = "entering the guest: answers and events",
        ["7.4"] = "exits and results",
        ["7.5"] = "the client's interrupt",
        ["7.6"] = "registers",
        ["7.7"] = "the clock page",
        ["7.8"] = "protections",
        ["7.10"] = "what a guest sees",
    };
}
