using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Emit;

/// <summary>What a step may have to wait for, and which other steps can make it wait.</summary>
internal static class LockWaits
{
    /// <summary>The steps of others that hold this step up while they last.</summary>
    public static Flag[] BlockedBy(Flag flag) => flag switch
    {
        Flag.FindVm or Flag.ShareVmList => [Flag.OwnVmList],
        Flag.OwnVmList => [Flag.ShareVmList, Flag.OwnVmList],
        Flag.ShareMemoryMap => [Flag.OwnMemoryMap],
        Flag.OwnMemoryMap => [Flag.ShareMemoryMap, Flag.OwnMemoryMap],
        Flag.FreezeOne or Flag.FreezeAll => [Flag.FreezeOne, Flag.FreezeAll],
        Flag.FindOrCreate or Flag.FindOrCreateUnlessNone => [Flag.FreezeAll],
        _ => [],
    };

    /// <summary>The wait in words; null if the step never waits.</summary>
    public static string? Describe(HeaderModel header, Flag flag)
    {
        string guest = header.EjectsVcpus ? "is thrown out of the guest if it runs" : "comes back from the guest by itself if it runs";
        return flag switch
        {
            Flag.FindVm => "the VM list is not held exclusively (looking up takes it shared for a moment)",
            Flag.ShareVmList or Flag.ShareMemoryMap => $"nobody holds the {FlagFacts.Of(flag).Thing} exclusively",
            Flag.OwnVmList or Flag.OwnMemoryMap => $"nobody holds the {FlagFacts.Of(flag).Thing}",
            Flag.FreezeOne => $"its vCPU is idle: nobody else has frozen it, and it {guest}",
            Flag.FreezeAll => $"every vCPU is idle, which no creation may interrupt: nobody else has frozen it, and it {guest}",
            Flag.FindOrCreate or Flag.FindOrCreateUnlessNone => "nobody holds all vCPUs, if the vCPU is yet to be created",
            _ => null,
        };
    }
}
