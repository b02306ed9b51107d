using System.Runtime.InteropServices;
using VmmEngine.Kvm;

namespace VmmEngine.Cli.Doctor;

/// <summary>Looks at /dev/kvm: there, allowed, of the right version, and what it can do.</summary>
internal static class KvmCheck
{
    private const string Area = "kvm";

    /// <summary>The only API version there has been since Linux 2.6.22; the manual says to refuse any other.</summary>
    private const int StableApiVersion = 12;

    /// <summary>Adds the findings. True if guests can run on KVM.</summary>
    public static bool Examine(HostMachine machine, List<Finding> findings)
    {
        int descriptor = SystemCalls.Open(machine.KvmDevice, SystemCalls.ReadWriteCloseOnExec);
        if (descriptor < 0)
        {
            findings.Add(Explain(machine.KvmDevice, Marshal.GetLastPInvokeError()));
            return false;
        }

        try
        {
            return ExamineOpen(machine.KvmDevice, descriptor, findings);
        }
        finally
        {
            _ = SystemCalls.Close(descriptor);
        }
    }

    private static bool ExamineOpen(string device, int descriptor, List<Finding> findings)
    {
        int version = SystemCalls.Ioctl(descriptor, KvmSystemWords.KVM_GET_API_VERSION, 0);
        if (version != StableApiVersion)
        {
            string found = version < 0 ? $"opens, but is no KVM: {Marshal.GetLastPInvokeErrorMessage()}" : $"has API version {version}";
            findings.Add(new Finding(Area, device, FindingState.Problem, found, $"The engine needs KVM's API version {StableApiVersion}."));
            return false;
        }

        findings.Add(new Finding(Area, device, FindingState.Good, $"can be opened, API version {version}"));
        foreach (KvmCapability capability in KvmCapability.All)
        {
            int answer = SystemCalls.Ioctl(descriptor, KvmSystemWords.KVM_CHECK_EXTENSION, capability.Number);
            string number = capability.IsCount || answer > 1 ? $" ({answer})" : "";
            findings.Add(answer > 0
                ? new Finding(Area, capability.Name, FindingState.Good, capability.Use + number)
                : new Finding(Area, capability.Name, FindingState.Without, capability.Use));
        }

        return true;
    }

    private static Finding Explain(string device, int errno) => errno switch
    {
        SystemCalls.ENOENT => new Finding(Area, device, FindingState.Without, "does not exist",
            "Load the module (modprobe kvm_intel or kvm_amd), switch on virtualization in the firmware, or pass the device into the container."),
        SystemCalls.EACCES or SystemCalls.EPERM => new Finding(Area, device, FindingState.Problem, "exists, but this user may not open it",
            $"If 'ls -l {device}' shows a group that may write, join it (usermod -aG GROUP USER) and log in again; otherwise have root give access: setfacl -m u:USER:rw {device}."),
        SystemCalls.ENXIO or SystemCalls.ENODEV => new Finding(Area, device, FindingState.Problem, "exists, but nothing answers behind it",
            "Load the module: modprobe kvm_intel or kvm_amd."),
        _ => new Finding(Area, device, FindingState.Problem, $"cannot be opened: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})",
            "Look into the kernel's log (dmesg) for the reason."),
    };
}
