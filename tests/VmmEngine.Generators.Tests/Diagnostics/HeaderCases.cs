using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests.Diagnostics;

/// <summary>Mistakes above the first row.</summary>
internal static class HeaderCases
{
    public static IEnumerable<DiagnosticCase> All =>
    [
        DiagnosticCase.Header("VMM007", "group       'v'", "group       'v'\n[|devise|]      /dev/x", "Unknown header key 'devise'. Did you mean 'device'?"),
        DiagnosticCase.Header("VMM008", "device      /dev/test\n", "", "The header has no 'device' line"),
        DiagnosticCase.Header("VMM008", "errors      World.Errno\n", "", "The header has no 'errors' line"),
        DiagnosticCase.Header("VMM009", "bsd", "[|bdd|]", "Bad value of 'encoding': 'bdd' is none of: bsd, linux. Did you mean 'bsd'?"),
        DiagnosticCase.Header("VMM009", "'v'", "[|300|]", "Bad value of 'group': a letter in quotes or a number up to 255 is expected"),
        DiagnosticCase.Header("VMM009", "TestCommands", "[|Test-Commands|]", "Bad value of 'class': a C# name is expected"),
        DiagnosticCase.Header("VMM009", "World.Errno", "World.Errno [|Other|]", "Bad value of 'errors': one word is expected"),
        DiagnosticCase.Header("VMM009", "World.Arguments", "World.Arguments [|World..|]", "Bad value of 'arguments': C# namespaces are expected"),
        DiagnosticCase.Header("VMM009", "create eject", "[|create|] maybe", "Bad value of 'vcpus': two words are expected: create or existing, then eject or wait"),
        DiagnosticCase.Header(
            "VMM009",
            "order       vm-list memory-map vcpus",
            "order       vm-list memory-map vcpus [|memory-mab|]",
            "Bad value of 'order': 'memory-mab' is none of: vm-list, memory-map, vcpus. Did you mean 'memory-map'?"),
        DiagnosticCase.Header(
            "VMM009",
            "release     memory-map vcpus vm-list",
            "release     [|memory-map|] vm-list",
            "Bad value of 'release': it must name the locks of 'order', which are: vm-list memory-map vcpus"),
        DiagnosticCase.Header("VMM010", "group       'v'", "group       'v'\n[|group|]       'w'", "Header key 'group' is given twice"),
        DiagnosticCase.Header("VMM011", "section test", "section test\nsection [|test|]", "Section 'test' is opened twice"),
        DiagnosticCase.Header("VMM030", "World.TestCall", "[|World.TestCal|]", "No type 'World.TestCal' in this compilation"),
        DiagnosticCase.Header("VMM030", "TestHandlers", "[|TestHandler|]", "No struct 'World.TestHandler' in this compilation"),
        DiagnosticCase.Header("VMM030", "World.Errno", "[|World.Errors|]", "No type 'World.Errors' in this compilation"),
        DiagnosticCase.Header("VMM031", "EINVAL", "[|EINVALID|]", "'Errno' has no constant 'EINVALID'. Did you mean 'EINVAL'?"),
        new(
            "VMM031",
            TestWorld.Table("VM_A 1 IO - - A not-yet").Replace("World.Errno", "[|World.FewErrors|]", StringComparison.Ordinal),
            "'FewErrors' has no constant 'ENOSYS'.",
            TestWorld.Source + "\n#pragma warning disable CS1591\nnamespace World { public static class FewErrors { public const int ENOTTY = 25, EFAULT = 14, EINVAL = 22; } }"),
    ];
}
