using VmmEngine.Abi.Tests.Commands;
using VmmEngine.Abi.Tests.Layouts;

namespace VmmEngine.Abi.Tests.Kvm;

/// <summary>
/// KVM's structs, command words and constants against this machine's own kernel header. The other tests compare with
/// figures typed from a header; these find out when a newer header disagrees with them.
/// </summary>
public sealed class KernelHeaderTests
{
    /// <summary>C types of the structs that the header leaves anonymous.</summary>
    private static readonly Dictionary<string, string> AnonymousStructs = new()
    {
        ["kvm_msr_filter_ranges"] = Member("kvm_msr_filter", "ranges"),
        ["kvm_irq_routing_entry_u"] = Member("kvm_irq_routing_entry", "u"),
        ["kvm_irqchip_chip"] = Member("kvm_irqchip", "chip"),
        ["kvm_pit_channels"] = Member("kvm_pit_state2", "channels"),
        ["kvm_xcr_array"] = Member("kvm_xcrs", "xcrs"),
        ["kvm_run_s"] = Member("kvm_run", "s"),
    };

    [GccFact]
    public void StructsAreTheHeaders()
    {
        StructLayout[] structs = [.. KvmLayouts.Lines.Select(StructLayout.Parse)];
        IEnumerable<string> statements = structs.SelectMany(layout => layout.Fields
            .Select(field => FieldStatement(layout, field))
            .Prepend(SizeStatement(layout)));

        IEnumerable<string> expected = structs.SelectMany(layout => layout.Fields
            .Select(field => $"{layout.Name}.{field.Name} {field.Offset} {field.Size}")
            .Prepend($"{layout.Name} {layout.Size}"));

        Assert.Equal(expected, Printed(statements));
    }

    [GccFact]
    public void CommandWordsAreTheHeaders()
    {
        string[][] lines = [KvmCommands.System, KvmCommands.Vm, KvmCommands.Vcpu, KvmCommands.Device];
        Command[] commands = [.. lines.SelectMany(section => section).Select(Command.Parse)];

        IEnumerable<string> statements = commands
            .Select(command => $"printf(\"{command.Name} %lu\\n\", (unsigned long){command.Name});");

        Assert.Equal(commands.Select(command => $"{command.Name} {command.Word}"), Printed(statements));
    }

    [GccFact]
    public void ConstantsAreTheHeaders()
    {
        (string Name, long Value)[] constants = [.. AbiTypes.Constants(AbiTypes.Kvm)];

        IEnumerable<string> statements = constants
            .Select(constant => $"printf(\"{constant.Name} %lld\\n\", (long long){constant.Name});");

        Assert.NotEmpty(constants);
        Assert.Equal(constants.Select(constant => $"{constant.Name} {constant.Value}"), Printed(statements));
    }

    private static string SizeStatement(StructLayout layout)
        => $"printf(\"{layout.Name} %zu\\n\", sizeof({CType(layout.Name)}));";

    /// <summary>The union of kvm_run has no name of its own in C: its members are members of the struct, from its padding on.</summary>
    private static string FieldStatement(StructLayout layout, FieldLayout field)
    {
        string type = CType(layout.Name);
        string member = field.Name;
        string origin = "0";
        if (layout.Name == "kvm_run_u")
        {
            type = "struct kvm_run";
            origin = "offsetof(struct kvm_run, padding)";
        }
        else if (layout.Name == "kvm_run" && member == "u")
        {
            member = "padding";
        }

        string offset = $"offsetof({type}, {member}) - {origin}";
        string size = $"sizeof((({type} *)0)->{member})";
        return $"printf(\"{layout.Name}.{field.Name} %zu %zu\\n\", {offset}, {size});";
    }

    private static string CType(string name) => name switch
    {
        "kvm_run_u" => Member("kvm_run", "padding"),
        _ when AnonymousStructs.TryGetValue(name, out string? type) => type,
        _ => MemberOf("kvm_run", name) ?? MemberOf("kvm_vcpu_events", name) ?? $"struct {name}",
    };

    /// <summary>The member that a name such as kvm_run_io means, or null when it is no member's.</summary>
    private static string? MemberOf(string type, string name)
        => name.StartsWith(type + "_", StringComparison.Ordinal) ? Member(type, name[(type.Length + 1)..]) : null;

    private static string Member(string type, string member) => $"__typeof__(((struct {type} *)0)->{member})";

    private static string[] Printed(IEnumerable<string> statements)
        => Gcc.Run(
            $$"""
            #include <stddef.h>
            #include <stdio.h>
            #include <linux/kvm.h>

            int main(void)
            {
            {{string.Join('\n', statements)}}
                return 0;
            }
            """).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
