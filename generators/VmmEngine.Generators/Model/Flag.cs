namespace VmmEngine.Generators.Model;

/// <summary>A precondition of a row.</summary>
internal enum Flag
{
    Passthrough,
    FindVm,
    ShareVmList,
    OwnVmList,
    ShareMemoryMap,
    OwnMemoryMap,
    FreezeOne,
    FreezeAll,
    FindOrCreate,
    FindOrCreateUnlessNone,
    Find,
}
