// What the inputs above the panels choose, in the searches of the panels.

/** Goes on from events: those of the chosen tenant. */
export const ofChosenTenant = `| \`mailtrail_tenant\`
| search tenant=$tenant|s$`

/** Units of the ledger that are of the chosen input and tenant. */
export const chosenUnits = `| inputlookup mailtrail_ledger
| search input=$input|s$
| \`mailtrail_input_tenant\`
| search tenant=$tenant|s$`

/**
 * The add-on's log of the chosen inputs. The log names no tenant: the ledger tells which inputs a tenant has. An input
 * that it does not know stands for itself, and all inputs are those too that have collected nothing yet. The count sees
 * to it that there is a row in any case: what a subsearch without one would find is not documented.
 */
export const chosenLog = `index=_internal sourcetype="mailtrail:log" modular_input_name="*://$input$"
    [${chosenUnits}
    | eval modular_input_name=scheme . "://" . input
    | stats count values(modular_input_name) AS modular_input_name
    | eval modular_input_name=if(isnull(modular_input_name) OR $tenant|s$=="*", "*://" . $tenant|s$, modular_input_name)
    | table modular_input_name]`
