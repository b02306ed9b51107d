using VmmEngine.Abi.Tests;
using VmmEngine.FreeBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;

namespace VmmEngine.Native.Tests.Layouts;

/// <summary>One interface as a C program sees it, beside the C# declarations that it must agree with.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Header">The installed header that declares all of it.</param>
/// <param name="Define">What to define before; null for nothing.</param>
/// <param name="Namespaces">Of the C# structs and constants.</param>
/// <param name="Commands">The classes of the command words.</param>
internal sealed record CInterface(string Name, string Header, string? Define, string[] Namespaces, Type[] Commands)
{
    /// <summary>C# types that C has under another name, or as an array within a struct.</summary>
    private static readonly Dictionary<string, string> CTypes = new()
    {
        ["vm_exit_u"] = "union vm_exit_u",
        ["timeval"] = "struct bsd_timeval",
        ["vm_mem_ranges"] = "__typeof__(((struct vm_create_params *)0)->vcp_memranges)",
        ["vcpu_segment_infos"] = "__typeof__(((struct vcpu_reg_state *)0)->vrs_sregs)",
    };

    public static CInterface[] All { get; } =
    [
        new("freebsd", "vmmengine/freebsd.h", null, [AbiTypes.FreeBsd], [typeof(ControlCommandWords), typeof(VmCommandWords)]),
        new("openbsd-baseline", "vmmengine/openbsd.h", null, [AbiTypes.OpenBsd, AbiTypes.Baseline], [typeof(BaselineCommandWords)]),
        new("openbsd-newer", "vmmengine/openbsd.h", "VMM_OPENBSD_NEWER", [AbiTypes.OpenBsd, AbiTypes.Newer], [typeof(NewerCommandWords)]),
    ];

    /// <summary>Every struct of the C# side.</summary>
    public IEnumerable<Type> Structs => Namespaces.SelectMany(AbiTypes.Structs).OrderBy(type => type.Name, StringComparer.Ordinal);

    public static string CType(Type type) => CTypes.GetValueOrDefault(type.Name, $"struct {type.Name}");

    public override string ToString() => Name;
}
