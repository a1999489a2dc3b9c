using System.Globalization;
using System.Management.Automation;

namespace HelpMaker;

/// <summary>How help spells types.</summary>
internal static class TypeNames
{
    /// <summary>The full name, with the arguments of a generic type: System.Nullable`1[System.Int32].</summary>
    public static string Full(Type type) => type.IsGenericType
        ? $"{type.Namespace}.{type.Name}[{string.Join(',', type.GetGenericArguments().Select(a => a.FullName))}]"
        : type.FullName!;

    /// <summary>The short name of a syntax line, as Get-Command -Syntax shows it.</summary>
    public static string Short(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsArray)
        {
            return Short(type.GetElementType()!) + "[]";
        }

        string spoken = LanguagePrimitives.ConvertTo<string>(type);
        return type.IsGenericType ? $"{type.Name}[{string.Join(',', type.GetGenericArguments().Select(Short))}]"
            : spoken.Contains('.', StringComparison.Ordinal) ? type.Name
            : spoken;
    }

    public static string Invariant(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
