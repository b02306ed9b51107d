namespace VmmEngine.Conformance.FreeBsd;

/// <summary>What the numbers of sections stand for, in cases, rules and reports.</summary>
internal static class Sections
{
    public static IReadOnlyDictionary<string, string> Titles { get; } = new Dictionary<string, string>
    {
        ["1"] = "command words and the copying of arguments",
        ["2.1"] = "the control device's commands",
        ["2.2"] = "opening the control device",
        ["2.3"] = "creating a VM",
        ["2.4"] = "names of VMs",
        ["2.5"] = "destroying a VM",
        ["2.6"] = "destruction with the last close",
        ["2.7"] = "visibility, jails, limits, open modes",
        ["3.2"] = "which commands take which locks",
        ["3.3"] = "sizes as a part of commands",
        ["3.4"] = "the forms of older clients",
        ["3.5"] = "what precedes a handler, in order",
        ["4"] = "states of a vCPU",
        ["4.2"] = "freezing one vCPU",
        ["4.3"] = "freezing all vCPUs",
        ["4.4"] = "checks before entering the guest",
        ["4.6"] = "suspending",
        ["4.7"] = "resetting",
        ["4.8"] = "activation, debug stops, CPU sets, topology",
        ["5"] = "running a vCPU",
        ["5.1"] = "where the guest goes on",
        ["5.2"] = "exits and who gets them",
        ["5.3"] = "what exits carry",
        ["5.4"] = "devices in the system",
        ["5.5"] = "halts",
        ["5.6"] = "interprocessor interrupts",
        ["6.1"] = "memory segments",
        ["6.2"] = "mappings",
        ["6.3"] = "guest memory through a VM's descriptor",
        ["6.4"] = "nodes of device memory",
        ["6.5"] = "translation through the guest's tables",
        ["7"] = "registers, descriptors, capabilities",
        ["8"] = "exceptions, non-maskable interrupts, event info",
        ["9"] = "interrupt controllers and clocks",
        ["10"] = "statistics",
        ["11"] = "saving and restoring",
        ["12"] = "passthrough",
        ["15"] = "traps for clients",
    };
}
